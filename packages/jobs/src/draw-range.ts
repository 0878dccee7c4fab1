import { decodeSampling, encodeSampling, type SavedSampling } from '@isonoise/sampler';
import { errorText } from './error-text.ts';
import { imagesOfRange, type JobRecord } from './job-record.ts';
import type { JobStore } from './job-store.ts';
import type { DrawnBy, Outcome } from './job-types.ts';
import type { RangeModels } from './range-model.ts';
import { refusalOf, unlessRefused } from './refusals.ts';
import type { JobStart } from './start-fields.ts';
import { pauseUntil } from './until-aborted.ts';

/** Pause before a change is tried again while the store refuses changes. */
const REFUSED_MS = 1000;
/** Interval at which a worker checks whether the job was cancelled. */
const LOOK_MS = 1000;

/**
 * Result of a worker's attempt to draw a range. `stopped`: the worker is stopping, and the state of the range is saved. `other kind`: the job
 * belongs to another kind of processor. `no model`: this worker cannot open the model.
 */
export type RangeOutcome = Outcome | 'stopped' | 'no model';

export interface RangeWork {
  readonly record: JobRecord;
  readonly start: JobStart;
  readonly range: number;
  readonly store: JobStore;
  readonly models: RangeModels;
  /** Name of the worker. */
  readonly worker: string;
  /** Aborted when the worker stops. */
  readonly stopping: AbortSignal;
  /** Called when the model is open, before the job is claimed for its kind. */
  readonly onKind: (kind: string) => Promise<void>;
  /** Returns whether no connected worker is known to be of a kind. */
  readonly isGone: (kind: string) => Promise<boolean>;
  /** Called before the first step. */
  readonly onBegin: () => Promise<void>;
  /** Called when the images are drawn, before they are stored. */
  readonly onDrawn: (by: DrawnBy, images: number) => void;
  /** Receives notes for the log. */
  readonly onNote: (note: string) => void;
}

/**
 * Draws a range and stores its images. A saved state of the range is continued. If the model cannot be opened, the job gets
 * a note with the reason.
 *
 * @throws errors of the network and of the store; the latest saved state is kept
 */
export async function drawRange(work: RangeWork): Promise<RangeOutcome> {
  const { record, range, store, models, worker, stopping, onNote } = work;
  const end = new AbortController();
  const model = await models.open(record, stopping).catch(async (error: unknown) => {
    if (stopping.aborted) return 'stopped' as const;
    onNote(`job ${record.id}: ${errorText(error)}`);
    await store
      .setNote(record.id, `worker ${worker} cannot open the model: ${errorText(error)}`, worker)
      .catch(unlessRefused);
    return 'no model' as const;
  });
  if (typeof model === 'string') return model;
  try {
    if (record.sameBits) {
      const kind = await whenAccepted(work, () => claim(work, model.kind));
      if (kind === STOPPED) return 'stopped';
      if (kind === null) return 'gone';
      if (kind !== model.kind) return 'other kind';
    }
    await work.onBegin();
    const from = await startOfRange(work);
    let last = from.nextStep === from.plan.steps.length ? from.x : undefined;
    const began = performance.now();
    let [taken, looked] = [0, began];
    for await (const step of model.draw(from, end.signal)) {
      taken++;
      last = step.x;
      if (step.step === step.steps) break;
      if (stopping.aborted || (record.saveEvery > 0 && step.step % record.saveEvery === 0)) {
        // If the state cannot be saved, only time is lost.
        const state = encodeSampling(step.save());
        await store.saveState(record, range, state, model.kind).catch(unlessRefused);
      }
      if (stopping.aborted) return 'stopped';
      if (performance.now() - looked < LOOK_MS) continue;
      looked = performance.now();
      const { state } = await store.progress(record.id);
      if (state !== 'open') return state === 'done' ? 'known' : state;
    }
    if (last === undefined) throw new Error('The sampler took no steps.');
    const images = last;
    const by = { worker, kind: model.kind, steps: taken, milliseconds: performance.now() - began };
    work.onDrawn(by, from.plan.images.length);
    const outcome = await whenAccepted(work, () => store.finish(record, range, images, by));
    return outcome === STOPPED ? 'stopped' : outcome;
  } finally {
    end.abort();
    model.release();
  }
}

/**
 * Claims a job with `sameBits` for a kind of processor. Replaces an earlier kind that has no workers, as long as no
 * range is finished.
 *
 * @returns the kind that draws the job; null if the job is not open
 */
async function claim(
  { record: { id }, store, onKind, isGone }: RangeWork,
  kind: string,
): Promise<string | null> {
  await onKind(kind);
  const owner = await store.claimKind(id, kind);
  if (owner === null || owner === kind) return owner;
  const { finished } = await store.progress(id);
  return finished === 0 && (await isGone(owner)) ? store.takeKind(id, owner, kind) : owner;
}

const STOPPED = Symbol('the worker stopped while the store refused changes');

/**
 * Repeats a change of the store until it is accepted, so that finished images are not lost, or until the worker stops.
 * If the job has ended, the store accepts the change but ignores it.
 */
async function whenAccepted<T>(
  { record, range, stopping, onNote }: RangeWork,
  change: () => Promise<T>,
): Promise<T | typeof STOPPED> {
  for (let tries = 0; ; tries++) {
    try {
      return await change();
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === null) throw error;
      if (stopping.aborted) return STOPPED;
      if (tries === 0) onNote(`job ${record.id}: range ${range} waits, because ${refusal}`);
      await pauseUntil(REFUSED_MS, stopping).catch(() => {});
    }
  }
}

/** Returns the saved state of the range; its first state if none is saved. */
async function startOfRange({ record, start, range, store, onNote }: RangeWork): Promise<SavedSampling> {
  const { first, count } = imagesOfRange(record, range);
  const whole = start.slice(first, count);
  const text = await store.savedState(record.id, range);
  if (text === null) return whole;
  try {
    const saved = decodeSampling(text);
    // Only the state of the same request continues it.
    if (JSON.stringify(saved.plan) === JSON.stringify(whole.plan)) return saved;
    onNote(
      `job ${record.id}: the saved state of range ${range} belongs to a different request; drawn from the start`,
    );
  } catch (error) {
    onNote(`job ${record.id}: ${errorText(error)} Range ${range} is drawn from the start.`);
  }
  return whole;
}
