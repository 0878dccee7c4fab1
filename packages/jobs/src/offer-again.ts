import { FEED_RANGES } from './limits.ts';

/** Reason why a worker leaves a range to another worker, or to a later time. */
export type LeftRange = 'other kind' | 'no model' | 'refused';

/** Shortest pauses, in milliseconds. */
const PAUSE_MS: Readonly<Record<LeftRange, number>> = { 'other kind': 250, 'no model': 1000, refused: 1000 };

export const isLeft = (outcome: string): outcome is LeftRange => Object.hasOwn(PAUSE_MS, outcome);

/**
 * Returns the pause before a range is offered again. If workers cannot draw a job, the pauses grow with the number of its
 * ranges in the queue, so that at most 64 of these ranges are offered again within one shortest pause. The pauses differ at
 * random, so that ranges come back one after the other, and a suitable worker soon finds one.
 *
 * @param queued ranges of the job in the queue
 * @param random a number from 0 to 1
 * @returns milliseconds
 */
export function offerAgainMs(outcome: LeftRange, queued: number, random: number): number {
  const pause =
    outcome === 'refused' ? PAUSE_MS.refused : PAUSE_MS[outcome] * Math.max(1, queued / FEED_RANGES);
  return Math.round(pause * (1 + random));
}
