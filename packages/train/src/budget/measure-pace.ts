import type { Batches } from '@isonoise/data';
import type { Network } from '@isonoise/network';
import { createSchedule } from '@isonoise/schedule';
import { emaDecaysAt } from '../ema-decay.ts';
import type { Engine } from '../engine.ts';
import { createStepFeeds } from '../step-feeds.ts';
import type { TrainConfig } from '../train-config.ts';

/** Number of measured steps after the first one, unless they take longer than `MOST_SECONDS`. */
const STEPS = 12;
const LEAST = 2;
const MOST_SECONDS = 6;

export interface PaceOptions {
  readonly config: TrainConfig;
  readonly batches: Batches;
  readonly network: Pick<Network, 'imageShape' | 'numClassEmbeds' | 'numTags' | 'dropoutUnits'>;
  readonly engine: Engine;
  /** Milliseconds from any origin. */
  readonly clock: () => number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Measures the time of a step before a run begins. Restores the state of the engine afterwards.
 *
 * @returns seconds per step, including the preparation of its batch
 * @throws the signal's reason if aborted; the errors of a step
 */
export async function measurePace(options: PaceOptions): Promise<number> {
  const { config, batches, network, engine, clock, signal } = options;
  const { feedsOf } = createStepFeeds(config, createSchedule(config.schedule), batches, network);
  const state = await engine.readState();
  const began = clock();
  let first = began;
  let counted = 0;
  for (let step = 1; step <= STEPS + 1; step++) {
    signal?.throwIfAborted();
    await engine.step({
      ...feedsOf(step),
      step,
      learningRate: config.optimizer.learningRate / 1000,
      ...emaDecaysAt(config.ema, step),
    });
    if (step === 1) first = clock();
    else counted++;
    if (counted >= LEAST && clock() - began > 1000 * MOST_SECONDS) break;
  }
  const seconds = (clock() - first) / 1000 / counted;
  await engine.writeState(state);
  return seconds;
}

/**
 * Share of the minutes that is planned for steps. The rest is for checkpoints and sample sheets. The run itself
 * corrects the plan.
 */
const FOR_STEPS = 0.97;

/** Returns the number of steps that fit into the minutes of a run; at least 1. */
export function stepsIn(minutes: number, secondsPerStep: number): number {
  return Math.max(1, Math.floor((60 * minutes * FOR_STEPS) / secondsPerStep));
}
