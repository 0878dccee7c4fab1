import { parseSeed } from '@isonoise/random';
import type { Model, ProviderChoice } from '@isonoise/runtime';
import { type ReadonlySignal, signal } from '@preact/signals';
import { describeInAddress } from '../app/navigation.ts';
import { guideNamed, modelNamed } from '../model/model-store.ts';
import { syncWithServer } from '../model/sync-with-server.ts';
import { formToQuery } from '../request/link.ts';
import { request } from '../request/request-store.ts';
import { type Subject, subjectOf } from '../request/subject.ts';
import { duration, plural } from '../text/format.ts';
import { announce } from '../ui/live-region.tsx';
import { prepareEncoder } from './encode-file.ts';
import { firstNoise } from './first-noise.ts';
import { type Frame, StepRecorder } from './step-recorder.ts';

interface Drawn extends Subject {
  /** Recorded steps; the first is the initial noise. */
  readonly frames: readonly Frame[];
  /** The latest step, recorded or not. */
  readonly latest: Frame;
  readonly steps: number;
  readonly elapsedMs: number;
}

export type Drawing =
  | { readonly status: 'none' }
  /** The model is being loaded. */
  | { readonly status: 'preparing' }
  | (Drawn & { readonly status: 'drawing'; readonly remainingMs: number })
  | (Drawn & { readonly status: 'cancelled' })
  | (Drawn & {
      readonly status: 'done';
      /** `[N, C, H, W]` in [-1, 1]. */
      readonly result: Float32Array;
      readonly provider: ProviderChoice;
    })
  | { readonly status: 'failed'; readonly error: unknown };

const state = signal<Drawing>({ status: 'none' });
export const drawing: ReadonlySignal<Drawing> = state;

let running: AbortController | null = null;

/** Draws the request of the form and cancels a run in progress. Does nothing if the form is invalid. */
export async function draw(): Promise<void> {
  const form = request.value;
  if (subjectOf(form) === null) return;
  running?.abort();
  const run = new AbortController();
  running = run;
  describeInAddress('sample', formToQuery(form));
  state.value = { status: 'preparing' };
  prepareEncoder();
  try {
    await trySyncWithServer(form.model, run.signal);
    const model = await modelNamed(form.model, run.signal);
    // A re-exported model may have other classes or another image size.
    const subject = subjectOf(form);
    if (subject === null) {
      state.value = { status: 'none' };
      return;
    }
    announce(`Drawing ${plural(subject.asked.count, 'image')}`);
    await drawSteps(model, subject, run.signal);
  } catch (error) {
    if (running !== run) return;
    state.value = run.signal.aborted ? cancelled(state.value) : { status: 'failed', error };
    if (run.signal.aborted) announce('Cancelled');
  } finally {
    if (running === run) running = null;
  }
}

/** Cancels the run after the current step; the images drawn so far stay. */
export function cancel(): void {
  running?.abort();
}

/** Maximum wait for the server's current hashes before drawing. */
const PATIENCE_MS = 1000;

/** Syncs the model with the server if it answers in time; otherwise the loaded model is used. */
async function trySyncWithServer(model: string, signal: AbortSignal): Promise<void> {
  await syncWithServer(model, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])).catch(() => {});
  signal.throwIfAborted();
}

async function drawSteps(model: Model, subject: Subject, signal: AbortSignal): Promise<void> {
  const { guide: guideName, ...request } = subject.asked;
  const guide = await guideNamed(guideName, signal);
  const [count, channels, height, width] = subject.shape;
  const noise = await firstNoise(parseSeed(request.seed), count, channels * height * width);
  const recorder = new StepRecorder(noise, request.steps);
  for await (const step of model.sample({ ...request, guide, signal, clock: () => performance.now() })) {
    const { steps, elapsedMs = 0, remainingMs = 0 } = step;
    const latest = recorder.add(step);
    const drawn = { ...subject, frames: recorder.frames, latest, steps, elapsedMs };
    // The last step of a cancelled run may still arrive.
    signal.throwIfAborted();
    if (step.step < steps) state.value = { ...drawn, status: 'drawing', remainingMs };
    else {
      state.value = { ...drawn, status: 'done', result: step.x, provider: model.provider };
      announce(`Done: ${plural(count, 'image')} in ${duration(elapsedMs)}`);
    }
  }
}

function cancelled(before: Drawing): Drawing {
  return before.status === 'drawing' ? { ...before, status: 'cancelled' } : { status: 'none' };
}
