import { interpolationRecord, type Model } from '@isonoise/runtime';
import { type Signal, signal } from '@preact/signals';
import { expect, it } from 'vitest';
import { pointsModel, pointsSpec, runPreparedBy, subjectsOf } from '../../testdata/points.ts';
import { DEFAULT_FORM, type RequestForm } from '../request/request-form.ts';
import type { Run } from '../sample/run.ts';
import { createBetweenStore } from './between-store.ts';
import { DEFAULT_EDIT } from './edit-fields.ts';
import { blankLayers, type Layers } from './layers.ts';

const spec = pointsSpec(1, 2);
const FORM: RequestForm = { ...DEFAULT_FORM, model: 'points', class: '' };
const SETTINGS = { count: '3', steps: '4' };
const black = blankLayers(spec.image, 1);
/** A white picture: opaque pixels with 255. */
const white: Layers = { ...black, pixels: black.pixels.map(() => 255) };

interface Scene {
  readonly second?: Layers | null;
  readonly form?: Signal<RequestForm>;
  readonly filesOpened?: () => Promise<void> | null;
}

/** Draws, and returns the run that was prepared; null if none began. */
const runOf = ({
  second = white,
  form = signal({ ...FORM, seed: '7' }),
  filesOpened = () => null,
}: Scene = {}): Promise<Run | null> =>
  runPreparedBy((runner) =>
    createBetweenStore({
      layers: signal(black),
      second: signal(second),
      settings: signal(SETTINGS),
      fields: signal(DEFAULT_EDIT),
      form,
      runner,
      subjectOf: subjectsOf(spec),
      filesOpened,
      openModel: async () => pointsModel(spec) as Model,
    }).draw(),
  );

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
  expect(run?.composed?.()).toEqual({
    notes: [expect.stringContaining('After redrawing from noise')],
    record: interpolationRecord({ spec, sha256: undefined }, Float32Array.of(-1, -1, 1, 1), 3, { steps: 4 }),
  });
});

it('createBetweenStore keeps both pictures and the settings with the images', async () => {
  expect((await runOf())?.images.source).toEqual({
    layers: black,
    fields: DEFAULT_EDIT,
    form: { ...FORM, seed: '7' },
    between: { layers: white, settings: SETTINGS },
  });
});

it('createBetweenStore records no seed, because the images do not depend on the seed of the form', async () => {
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
