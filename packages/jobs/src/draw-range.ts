import { decodeSampling, encodeSampling, type SavedSampling } from '@isonoise/sampler';
import { imagesOfRange, type JobRecord } from './job-record.ts';
import type { JobStore, Outcome } from './job-store.ts';
import type { RangeModels } from './range-model.ts';
import type { JobStart } from './start-fields.ts';

/** Interval at which a worker looks whether the job was cancelled. */
const LOOK_MS = 1000;

/** What became of a range. `stopped`: the worker is stopping; the state of the range is saved. */
export type RangeOutcome = Outcome | 'stopped';

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
  /** Receives notes for the log. */
  readonly onNote: (note: string) => void;
}

/**
 * Draws a range and stores its images. A saved state of the range is continued.
 *
 * @throws errors of the network and of the store; the state that was saved last stays
 */
export async function drawRange(work: RangeWork): Promise<RangeOutcome> {
  const { record, range, store, models, worker, stopping } = work;
  const end = new AbortController();
  const model = await models.open(record);
  try {
    const from = await startOfRange(work);
    let last = from.nextStep === from.plan.steps.length ? from.x : undefined;
    let [taken, looked] = [0, performance.now()];
    for await (const step of model.draw(from, end.signal)) {
      taken++;
      last = step.x;
      if (step.step === step.steps) break;
      if (stopping.aborted) {
        await store.saveState(record, range, encodeSampling(step.save()));
        return 'stopped';
      }
      if (record.saveEvery > 0 && step.step % record.saveEvery === 0)
        await store.saveState(record, range, encodeSampling(step.save()));
      if (performance.now() - looked < LOOK_MS) continue;
      looked = performance.now();
      const { state } = await store.progress(record.id);
      if (state !== 'open') return state === 'done' ? 'known' : state;
    }
    if (last === undefined) throw new Error('The sampler took no steps.');
    return await store.finish(record, range, last, { worker, kind: model.kind, steps: taken });
  } finally {
    end.abort();
    model.release();
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
    onNote(
      `job ${record.id}: ${error instanceof Error ? error.message : error} Range ${range} is drawn from the start.`,
    );
  }
  return whole;
}
