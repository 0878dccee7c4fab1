import { toBytes } from '@isonoise/picture';
import { type ReadonlySignal, signal } from '@preact/signals';
import { orAborted } from '../async/or-aborted.ts';
import { countOf, duration } from '../text/format.ts';
import type { Drawing } from './drawing.ts';
import { endRun } from './end-run.ts';
import type { Run } from './run.ts';
import { type Frame, StepRecorder } from './step-recorder.ts';

/** The parts of the page that a runner uses. */
export interface RunnerParts {
  /** Called when a run begins, for example to load the code that finished images need. */
  readonly begin: () => void;
  /** Announces an event to screen readers. */
  readonly announce: (text: string) => void;
  /** Returns milliseconds from any origin. */
  readonly clock: () => number;
}

/** Performs one run at a time and shows its state. */
export interface Runner {
  readonly drawing: ReadonlySignal<Drawing>;
  /**
   * Prepares and performs a run. Cancels a run in progress.
   *
   * @param prepare returns null if the request became invalid
   */
  start(retry: () => Promise<void>, prepare: (signal: AbortSignal) => Promise<Run | null>): Promise<void>;
  /** Cancels the run after the current step; the images drawn so far stay. */
  cancel(): void;
  /** Cancels the run and shows another state. */
  show(drawing: Drawing): void;
}

export function createRunner({ begin, announce, clock }: RunnerParts): Runner {
  const state = signal<Drawing>({ status: 'none' });
  let running: AbortController | null = null;

  /** Draws the first image ahead of the others. @returns its 8-bit samples; null if it is not drawn ahead */
  async function drawLead(
    { images, model, lead }: Run,
    frames: readonly Frame[],
    signal: AbortSignal,
  ): Promise<Uint8Array | null> {
    const [noise] = frames;
    if (lead === undefined || noise === undefined) return null;
    let result: Uint8Array | null = null;
    for await (const { step, steps, t, x, preview, elapsedMs = 0, remainingMs = 0 } of model.sample({
      ...lead,
      signal,
      clock,
    })) {
      signal.throwIfAborted();
      result = toBytes(x);
      const latest = {
        step,
        t,
        noisy: withFirst(noise.noisy, result),
        estimate: withFirst(noise.noisy, toBytes(preview)),
      };
      state.value = {
        ...images,
        ...{ status: 'drawing', isLead: true, frames, latest, steps, elapsedMs, remainingMs, save: null },
      };
    }
    return result;
  }

  async function drawSteps(run: Run, signal: AbortSignal): Promise<void> {
    const { images, model, first, request } = run;
    const recorder = new StepRecorder(first, run.steps);
    const lead = await drawLead(run, recorder.frames, signal);
    for await (const step of model.sample({ ...request, signal, clock })) {
      const { steps, elapsedMs = 0, remainingMs = 0, save } = step;
      const frame = recorder.add(step);
      // The first image stays finished on screen; the recorded steps show how it was drawn.
      const latest = step.step < steps ? { ...frame, estimate: withFirst(frame.estimate, lead) } : frame;
      const drawn = { ...images, frames: recorder.frames, latest, steps, elapsedMs, isLead: false };
      // The last step of a cancelled run may still arrive.
      signal.throwIfAborted();
      if (step.step < steps)
        state.value = {
          ...drawn,
          ...{ status: 'drawing', remainingMs, save: run.composed === undefined ? save : null },
        };
      else {
        const { result, isChanged, record, notes } = await endRun(run, step.x, save);
        signal.throwIfAborted();
        const ending = isChanged ? recorder.end(frame, result) : {};
        state.value = {
          ...drawn,
          ...ending,
          ...{ status: 'done', result, provider: model.provider, record },
          notes: [...images.notes, ...notes],
        };
        announce(`Done: ${countOf(images.shape[0], 'image')} in ${duration(elapsedMs)}`);
      }
    }
  }

  return {
    drawing: state,
    async start(retry, prepare) {
      running?.abort();
      const run = new AbortController();
      running = run;
      state.value = { status: 'preparing' };
      try {
        begin();
        // Some steps of a preparation, such as opening files, cannot be interrupted.
        const prepared = await orAborted(prepare(run.signal), run.signal);
        // A later run may have begun. Its state must stay.
        run.signal.throwIfAborted();
        if (prepared === null) state.value = { status: 'none' };
        else await drawSteps(prepared, run.signal);
      } catch (error) {
        if (running !== run) return;
        state.value = run.signal.aborted ? cancelled(state.value) : { status: 'failed', error, retry };
        if (run.signal.aborted) announce('Cancelled');
      } finally {
        if (running === run) running = null;
      }
    },
    cancel() {
      running?.abort();
    },
    show(drawing) {
      running?.abort();
      running = null;
      state.value = drawing;
    },
  };
}

/** Replaces the first image of a batch. */
function withFirst(batch: Uint8Array<ArrayBuffer>, first: Uint8Array | null): Uint8Array<ArrayBuffer> {
  if (first === null) return batch;
  const changed = batch.slice();
  changed.set(first);
  return changed;
}

function cancelled(before: Drawing): Drawing {
  return before.status === 'drawing' ? { ...before, status: 'cancelled' } : { status: 'none' };
}
