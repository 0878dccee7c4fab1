import type { ModelSpec } from '@isonoise/bundle';
import type { ImagesShape } from '@isonoise/picture';
import { parseSeed } from '@isonoise/random';
import type { Model, ProviderChoice } from '@isonoise/runtime';
import { type ReadonlySignal, signal } from '@preact/signals';
import { describeInAddress } from '../app/navigation.ts';
import { chosenModel, chosenSpec } from '../model/model-store.ts';
import { formToQuery } from '../request/link.ts';
import { type CheckedForm, checkForm, columnsOf, type RequestForm } from '../request/request-form.ts';
import { request } from '../request/request-store.ts';
import { duration, plural } from '../text/format.ts';
import { announce } from '../ui/live-region.tsx';
import { prepareEncoder } from './encode-file.ts';
import { firstNoise } from './first-noise.ts';
import { type Frame, StepRecorder } from './step-recorder.ts';

/** What is drawn, and how it lies. */
interface Subject {
  readonly form: RequestForm;
  readonly spec: ModelSpec;
  readonly shape: ImagesShape;
  readonly columns: number | undefined;
}

interface Drawn extends Subject {
  /** Kept moments, the noise first. */
  readonly frames: readonly Frame[];
  /** The newest, kept or not. */
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

type AskedRequest = Extract<CheckedForm, { request: unknown }>['request'];

/** Draws what the form asks for; a run under way is cancelled. Nothing happens where the form cannot be used. */
export async function draw(): Promise<void> {
  const spec = chosenSpec.value;
  const form = request.value;
  const checked = spec === null ? null : checkForm(form, spec);
  if (spec === null || checked === null || !('request' in checked)) return;
  running?.abort();
  const run = new AbortController();
  running = run;
  describeInAddress('sample', formToQuery(form));
  state.value = { status: 'preparing' };
  prepareEncoder();
  try {
    const model = await chosenModel(run.signal);
    const { count } = checked.request;
    const { channels, height, width } = spec.image;
    const shape = [count, channels, height, width] as const;
    announce(`Drawing ${plural(count, 'image')}`);
    await follow(model, checked.request, { form, spec, shape, columns: columnsOf(form, spec) }, run.signal);
  } catch (error) {
    if (running !== run) return;
    state.value = run.signal.aborted ? cancelled(state.value) : { status: 'failed', error };
    if (run.signal.aborted) announce('Cancelled');
  } finally {
    if (running === run) running = null;
  }
}

/** Ends the run after the step it is at; what was drawn until then stays. */
export function cancel(): void {
  running?.abort();
}

async function follow(
  model: Model,
  request: AskedRequest,
  subject: Subject,
  signal: AbortSignal,
): Promise<void> {
  const [count, channels, height, width] = subject.shape;
  const noise = await firstNoise(parseSeed(request.seed), count, channels * height * width);
  const recorder = new StepRecorder(noise, request.steps);
  for await (const step of model.sample({ ...request, signal, clock: () => performance.now() })) {
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
