import type { ModelSpec } from '@isonoise/bundle';
import { type ImagesShape, toBytes } from '@isonoise/picture';
import { parseSeed } from '@isonoise/random';
import type { Model, ModelResumeRequest, ModelSampleRequest, ProviderChoice } from '@isonoise/runtime';
import type { SavedSampling } from '@isonoise/sampler';
import { type ReadonlySignal, signal } from '@preact/signals';
import { describeInAddress, rememberInAddress } from '../app/navigation.ts';
import { guideNamed, modelNamed } from '../model/model-store.ts';
import { syncWithServer } from '../model/sync-with-server.ts';
import { formToQuery } from '../request/link.ts';
import type { RequestForm } from '../request/request-form.ts';
import { request } from '../request/request-store.ts';
import { subjectOf } from '../request/subject.ts';
import { duration, plural } from '../text/format.ts';
import { announce } from '../ui/live-region.tsx';
import { prepareEncoder } from './encode-file.ts';
import { firstNoise } from './first-noise.ts';
import { type FirstFrame, type Frame, StepRecorder } from './step-recorder.ts';

/** The images that a run draws. */
interface DrawnImages {
  readonly spec: ModelSpec;
  /** Number of each image. */
  readonly numbers: readonly number[];
  readonly shape: ImagesShape;
  readonly columns: number | undefined;
  /** Name of the model and the seed, for file names. */
  readonly model: string;
  readonly seed: string;
  /** The request; null for a saved run that the form cannot describe. */
  readonly form: RequestForm | null;
  readonly notes: readonly string[];
}

interface Drawn extends DrawnImages {
  /** Recorded steps; the first is the initial noise, or the state of a saved run. */
  readonly frames: readonly Frame[];
  /** The latest step, recorded or not. */
  readonly latest: Frame;
  readonly steps: number;
  readonly elapsedMs: number;
}

/** A run with steps left. */
interface Unfinished extends Drawn {
  /** Saves the run after its latest step. */
  readonly save: () => SavedSampling;
}

export type Drawing =
  | { readonly status: 'none' }
  /** The model is being loaded. */
  | { readonly status: 'preparing' }
  | (Unfinished & { readonly status: 'drawing'; readonly remainingMs: number })
  | (Unfinished & { readonly status: 'cancelled' })
  | (Drawn & {
      readonly status: 'done';
      /** `[N, C, H, W]` in [-1, 1]. */
      readonly result: Float32Array;
      readonly provider: ProviderChoice;
    })
  | {
      readonly status: 'failed';
      readonly error: unknown;
      /** Draws again. */
      readonly retry: () => Promise<void>;
    };

const state = signal<Drawing>({ status: 'none' });
export const drawing: ReadonlySignal<Drawing> = state;

let running: AbortController | null = null;

/** Everything that a run needs. */
interface Run {
  readonly images: DrawnImages;
  readonly model: Model;
  readonly request: ModelSampleRequest | ModelResumeRequest;
  readonly first: FirstFrame;
  readonly steps: number;
}

/** Draws the request of the form and cancels a run in progress. Does nothing if the form is invalid. */
export async function draw(): Promise<void> {
  const form = request.value;
  if (subjectOf(form) === null) return;
  rememberInAddress('sample', formToQuery(form));
  await start(draw, async (signal) => {
    const model = await currentModel(form.model, signal);
    // A re-exported model may have other classes or another image size.
    const subject = subjectOf(form);
    if (subject === null) return null;
    const { asked, images, spec, shape, columns } = subject;
    announce(`Drawing ${plural(images.length, 'image')}`);
    const { guide: guideName, steps, ...rest } = asked;
    const guide = await guideNamed(guideName, signal);
    const [, channels, height, width] = shape;
    const x = await firstNoise(parseSeed(rest.seed), images, channels * height * width);
    return {
      images: { spec, numbers: images, shape, columns, model: form.model, seed: form.seed, form, notes: [] },
      model,
      request: { ...rest, steps, guide },
      first: { step: 0, t: null, x },
      steps,
    };
  });
}

/** A saved run that was read and checked. */
export interface OpenedRun {
  readonly images: DrawnImages;
  readonly from: SavedSampling;
  /** Name of the guide, if the run has one. */
  readonly guide: string | undefined;
  /** The form of the run. If no form can describe the run, it only names the model. */
  readonly shown: RequestForm;
}

/** Resumes a saved run and cancels a run in progress. */
export async function resume(run: OpenedRun): Promise<void> {
  const { images, from, guide: guideName, shown } = run;
  const { plan, nextStep, x } = from;
  const { length: steps } = plan.steps;
  request.value = shown;
  const query = images.form === null ? new URLSearchParams() : formToQuery(images.form);
  describeInAddress('sample', query);
  await start(
    () => resume(run),
    async (signal) => {
      const model = await currentModel(images.model, signal);
      const guide = await guideNamed(guideName, signal);
      announce(`Resuming ${plural(images.shape[0], 'image')} after step ${nextStep} of ${steps}`);
      const [t = null] = plan.steps[nextStep - 1] ?? [];
      return { images, model, request: { from, guide }, first: { step: nextStep, t, x }, steps };
    },
  );
}

/** Prepares and performs a run. @param prepare returns null if the form became invalid */
async function start(
  retry: () => Promise<void>,
  prepare: (signal: AbortSignal) => Promise<Run | null>,
): Promise<void> {
  running?.abort();
  const run = new AbortController();
  running = run;
  state.value = { status: 'preparing' };
  prepareEncoder();
  try {
    const prepared = await prepare(run.signal);
    if (prepared === null) state.value = { status: 'none' };
    else await drawSteps(prepared, run.signal);
  } catch (error) {
    if (running !== run) return;
    state.value = run.signal.aborted ? cancelled(state.value) : { status: 'failed', error, retry };
    if (run.signal.aborted) announce('Cancelled');
  } finally {
    if (running === run) running = null;
  }
}

/** A drawing that was finished earlier. */
export interface EarlierDrawing extends DrawnImages {
  readonly form: RequestForm;
  readonly steps: number;
  readonly elapsedMs: number;
  readonly provider: ProviderChoice;
}

/**
 * Shows a drawing that was finished earlier, with its request in the form and in the address. Cancels a run in progress.
 *
 * @param result the images; null shows only the request
 * @returns the state of the images; null without them
 */
export function show(earlier: EarlierDrawing, result: Float32Array | null): Drawing | null {
  running?.abort();
  running = null;
  request.value = earlier.form;
  rememberInAddress('sample', formToQuery(earlier.form));
  if (result === null) return null;
  const bytes = toBytes(result);
  const frame: Frame = { step: earlier.steps, t: null, noisy: bytes, estimate: bytes };
  state.value = { ...earlier, status: 'done', frames: [frame], latest: frame, result };
  return state.value;
}

/** Cancels the run after the current step; the images drawn so far stay. */
export function cancel(): void {
  running?.abort();
}

/** Maximum wait for the server's current hashes before drawing. */
const PATIENCE_MS = 1000;

/** Syncs the model with the server if it answers in time, otherwise uses the loaded model. */
async function currentModel(model: string, signal: AbortSignal): Promise<Model> {
  await syncWithServer(model, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])).catch(() => {});
  signal.throwIfAborted();
  return modelNamed(model, signal);
}

async function drawSteps(run: Run, signal: AbortSignal): Promise<void> {
  const { images, model, first, request } = run;
  const recorder = new StepRecorder(first, run.steps);
  for await (const step of model.sample({ ...request, signal, clock: () => performance.now() })) {
    const { steps, elapsedMs = 0, remainingMs = 0, save } = step;
    const latest = recorder.add(step);
    const drawn = { ...images, frames: recorder.frames, latest, steps, elapsedMs };
    // The last step of a cancelled run may still arrive.
    signal.throwIfAborted();
    if (step.step < steps) state.value = { ...drawn, status: 'drawing', remainingMs, save };
    else {
      state.value = { ...drawn, status: 'done', result: step.x, provider: model.provider };
      announce(`Done: ${plural(images.shape[0], 'image')} in ${duration(elapsedMs)}`);
    }
  }
}

function cancelled(before: Drawing): Drawing {
  return before.status === 'drawing' ? { ...before, status: 'cancelled' } : { status: 'none' };
}
