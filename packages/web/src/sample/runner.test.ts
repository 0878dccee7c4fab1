import {
  IMAGE_RECORD,
  type Model,
  type ModelResumeRequest,
  type ModelSampleRequest,
} from '@isonoise/runtime';
import type { SampleStep } from '@isonoise/sampler';
import { effect } from '@preact/signals';
import { expect, it } from 'vitest';
import { planOfTwo, pointsSpec, twoImages } from '../../testdata/points.ts';
import type { Drawing } from './drawing.ts';
import type { Run } from './run.ts';
import { createRunner, type Runner } from './runner.ts';

const STEPS = 2;
const spec = pointsSpec(1, 1);
const plan = planOfTwo(spec);
const save = (): ReturnType<SampleStep['save']> => ({ plan, nextStep: STEPS, x: Float32Array.of(0, 0) });

/** Yields images of one pixel. After step s, image i has the value (i + 1)·s / 10; the last step is the result. */
async function* sample(request: ModelSampleRequest | ModelResumeRequest): AsyncGenerator<SampleStep> {
  const { images = [] } = request as ModelSampleRequest;
  for (let step = 1; step <= STEPS; step++) {
    const x = Float32Array.from(images, (image) => ((image + 1) * step) / 10);
    yield { step, steps: STEPS, t: STEPS - step, x, preview: x, save };
  }
}

const model: Pick<Model, 'sample' | 'provider'> = { sample, provider: { name: 'wasm', reason: 'a test' } };

const runOf = (lead: boolean): Run => ({
  images: twoImages(spec),
  model,
  request: { seed: 1, images: [0, 1] },
  lead: lead ? { seed: 1, images: [0] } : undefined,
  first: { step: 0, t: null, x: Float32Array.of(-1, -1) },
  steps: STEPS,
});

function runner(): { readonly runner: Runner; readonly seen: Drawing[]; readonly told: string[] } {
  const told: string[] = [];
  const made = createRunner({
    begin: () => {},
    announce: (text) => told.push(text),
    clock: () => 0,
  });
  const seen: Drawing[] = [];
  effect(() => {
    seen.push(made.drawing.value);
  });
  return { runner: made, seen, told };
}

/** The state as text: status, step, and the estimate in levels. */
const show = (drawing: Drawing): string =>
  'latest' in drawing
    ? `${drawing.status}${drawing.isLead ? ' lead' : ''} ${drawing.latest.step}: ${drawing.latest.estimate.join()}`
    : drawing.status;
const retry = async (): Promise<void> => {};

it('createRunner shows each step, and the result', async () => {
  const { runner: made, seen, told } = runner();
  await made.start(retry, async () => runOf(false));
  // Levels: floor((x + 1)·127.5 + 0.5), so 0.1 becomes 140, 0.2 becomes 153 and 0.4 becomes 179.
  expect(seen.map(show)).toEqual(['none', 'preparing', 'drawing 1: 140,153', 'done 2: 153,179']);
  expect(told).toEqual(['Done: 2 images in 0.0 s']);
});

it('createRunner shows the image that it draws first until the others are done, and gives the same result', async () => {
  const { runner: made, seen } = runner();
  await made.start(retry, async () => runOf(true));
  expect(seen.map(show)).toEqual([
    'none',
    'preparing',
    'drawing lead 1: 140,0',
    'drawing lead 2: 153,0',
    'drawing 1: 153,153',
    'done 2: 153,179',
  ]);
  const done = made.drawing.value;
  if (done.status !== 'done') throw new Error(`the state is ${done.status}; expected done`);
  expect([...done.result].map((value) => value.toFixed(1))).toEqual(['0.2', '0.4']);
  expect(done.record?.plan).toEqual(plan);
  expect(done.frames.map(({ step, estimate }) => `${step}: ${estimate.join()}`)).toEqual([
    '0: 0,0',
    '1: 140,153',
    '2: 153,179',
  ]);
});

it('createRunner changes the finished images, in the last frame too, and records how', async () => {
  const { runner: made } = runner();
  const record = { finish: ['symmetry'] } as const;
  const apply = async (images: Float32Array) => images.map((value) => -value);
  await made.start(retry, async () => ({ ...runOf(false), finish: { record, apply } }));
  const done = made.drawing.value;
  if (done.status !== 'done') throw new Error(`the state is ${done.status}; expected done`);
  // -0.2 becomes 102, and -0.4, slightly lower in float32, becomes 76.
  expect(show(done)).toBe('done 2: 102,76');
  expect([...done.result].map((value) => value.toFixed(1))).toEqual(['-0.2', '-0.4']);
  expect(done.frames.map(({ noisy }) => noisy.join())).toEqual(['0,0', '140,153', '102,76']);
  expect(done.record).toEqual({ plan, ...record });
});

it('createRunner keeps the images as they were drawn if they cannot be changed, and says so', async () => {
  const { runner: made } = runner();
  const apply = async () => Promise.reject(new Error('no palette'));
  await made.start(retry, async () => ({
    ...runOf(false),
    finish: { record: { finish: ['palette'] }, apply },
  }));
  const done = made.drawing.value;
  if (done.status !== 'done') throw new Error(`the state is ${done.status}; expected done`);
  expect(show(done)).toBe('done 2: 153,179');
  expect(done.record).toEqual({ plan });
  expect(done.notes).toEqual([
    'The palette or the symmetry could not be applied, so the images are as they were drawn: no palette',
  ]);
});

it('createRunner finishes a run whose request is too long for a PNG file, and says so', async () => {
  const { runner: made } = runner();
  const long = { ...plan, seed: '1'.repeat(IMAGE_RECORD.most) };
  async function* sampleLong(request: ModelSampleRequest | ModelResumeRequest): AsyncGenerator<SampleStep> {
    for await (const step of sample(request)) yield { ...step, save: () => ({ ...step.save(), plan: long }) };
  }
  await made.start(retry, async () => ({ ...runOf(false), model: { ...model, sample: sampleLong } }));
  const done = made.drawing.value;
  if (done.status !== 'done') throw new Error(`the state is ${done.status}; expected done`);
  expect([done.record, done.notes]).toEqual([
    null,
    ['The request is too long for a PNG file, so PNG files of these images do not contain it'],
  ]);
});

it('createRunner keeps the images of a cancelled run, and shows errors', async () => {
  const { runner: made, told } = runner();
  const stop = effect(() => {
    if (made.drawing.value.status === 'drawing') made.cancel();
  });
  await made.start(retry, async () => runOf(false));
  stop();
  expect([show(made.drawing.value), told]).toEqual(['cancelled 1: 140,153', ['Cancelled']]);
  await made.start(retry, () => Promise.reject(new Error('no model')));
  expect(made.drawing.value).toEqual({ status: 'failed', error: new Error('no model'), retry });
});

it('createRunner keeps the state of a later run if an earlier request turns out to be invalid', async () => {
  const { runner: made } = runner();
  let found = (): void => {};
  const first = made.start(retry, () => new Promise((resolve) => (found = () => resolve(null))));
  await made.start(retry, async () => runOf(false));
  found();
  await first;
  expect(made.drawing.value.status).toBe('done');
});

it('createRunner shows the error if the worker of the encoder cannot be started', async () => {
  const error = new Error('no workers here');
  const begin = (): never => {
    throw error;
  };
  const made = createRunner({
    begin,
    announce: () => {},
    clock: () => 0,
  });
  await made.start(retry, async () => runOf(false));
  expect(made.drawing.value).toMatchObject({ status: 'failed', error });
});

it('createRunner cancels a preparation that never ends', async () => {
  const { runner: made, told } = runner();
  const run = made.start(retry, () => new Promise(() => {}));
  made.cancel();
  await run;
  expect([made.drawing.value.status, told]).toEqual(['none', ['Cancelled']]);
});
