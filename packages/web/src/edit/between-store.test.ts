import { toSchedulerConfig } from '@isonoise/bundle';
import { type Model, toSampleRequest } from '@isonoise/runtime';
import { sample } from '@isonoise/sampler';
import { type Signal, signal } from '@preact/signals';
import { expect, it } from 'vitest';
import { checkForm, DEFAULT_FORM, type RequestForm } from '../request/request-form.ts';
import type { Subject } from '../request/subject.ts';
import type { Run } from '../sample/run.ts';
import type { Runner } from '../sample/runner.ts';
import { createBetweenStore } from './between-store.ts';
import { blankLayers, type Layers } from './layers.ts';

const spec = {
  name: 'points',
  image: { channels: 1, height: 1, width: 2 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: null,
} as const;

function subjectOf(form: RequestForm): Subject | null {
  const checked = checkForm(form, spec);
  if (!('request' in checked)) return null;
  return {
    form,
    spec,
    asked: checked.request,
    ends: null,
    images: [0],
    shape: [1, 1, 1, 2],
    columns: undefined,
  };
}

const model: Pick<Model, 'sample' | 'spec' | 'provider'> = {
  spec,
  provider: { name: 'wasm', reason: 'a test' },
  sample: ({ signal, clock, ...request }) => {
    if ('from' in request) throw new Error('the run is resumed; expected a new one');
    return sample(async (x) => x.map((value) => 0.9 * value), {
      ...toSampleRequest(spec, { ...request, guide: undefined }),
      signal,
      clock,
    });
  },
};

const FORM: RequestForm = { ...DEFAULT_FORM, model: 'points', class: '' };
const black = blankLayers(spec.image, 1);
/** A white picture: opaque pixels with 255. */
const white: Layers = { ...black, pixels: black.pixels.map(() => 255) };

interface Scene {
  readonly second?: Layers | null;
  readonly form?: Signal<RequestForm>;
  readonly filesOpened?: () => Promise<void> | null;
}

/** Draws, and returns the run that was prepared; null if none began. */
async function runOf({
  second = white,
  form = signal({ ...FORM, seed: '7' }),
  filesOpened = () => null,
}: Scene = {}): Promise<Run | null> {
  let prepared: Run | null = null;
  const runner: Runner = {
    drawing: signal({ status: 'none' }),
    async start(_, prepare) {
      prepared = await prepare(new AbortController().signal);
    },
    cancel() {},
    show() {},
  };
  const store = createBetweenStore({
    layers: signal(black),
    second: signal(second),
    settings: signal({ count: '3', steps: '4' }),
    form,
    runner,
    subjectOf,
    filesOpened,
    openModel: async () => model as Model,
  });
  await store.draw();
  return prepared;
}

it('createBetweenStore shows mixtures of both pictures first, and draws all images in three runs', async () => {
  const run = await runOf();
  expect(run?.first.x).toEqual(Float32Array.of(-1, -1, 0, 0, 1, 1));
  expect([run?.steps, run?.images.shape, run?.images.numbers]).toEqual([12, [3, 1, 1, 2], [0, 1, 2]]);
  let taken = 0;
  for await (const { x } of run?.model.sample({ seed: 0 }) ?? []) {
    taken++;
    expect(x).toHaveLength(6);
  }
  expect(taken).toBe(12);
  expect(run?.composed?.()).toEqual([expect.stringContaining('Drawn again from its noise')]);
});

it('createBetweenStore names no seed, because the seed of the form does not draw the images', async () => {
  expect((await runOf())?.images.seed).toBeNull();
});

it('createBetweenStore draws nothing without two pictures of the same size, or if the form is invalid', async () => {
  expect(await runOf({ second: null })).toBeNull();
  expect(await runOf({ second: blankLayers({ width: 3, height: 1 }, 1) })).toBeNull();
  expect(await runOf({ form: signal({ ...FORM, seed: 'x' }) })).toBeNull();
});

it('createBetweenStore waits for the files that are being opened', async () => {
  const form = signal({ ...FORM, seed: 'x' });
  const filesOpened = async () => {
    form.value = { ...form.value, seed: '1', model: 'opened' };
  };
  const run = await runOf({ form, filesOpened });
  expect(run?.images.model).toBe('opened');
});
