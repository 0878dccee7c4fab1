import type { Model, ModelSampleRequest } from '@isonoise/runtime';
import { signal } from '@preact/signals';
import { expect, it } from 'vitest';
import { pointsSpec, runPreparedBy, subjectsOf } from '../../testdata/points.ts';
import { DEFAULT_FORM } from '../request/request-form.ts';
import type { Run } from '../sample/run.ts';
import { DEFAULT_EDIT } from './edit-fields.ts';
import { createEditStore } from './edit-store.ts';
import { blankLayers, type Layers } from './layers.ts';
import { changeMask } from './paint.ts';

const spec = pointsSpec(2, 2, { names: ['a', 'b'], count: 3, nullClass: 2 });

/** Draws with these layers, and returns the run that was prepared; null if none began. */
const runOf = (layers: Layers | null, which: 'all' | 'first' = 'all', form = {}): Promise<Run | null> =>
  runPreparedBy((runner) =>
    createEditStore({
      layers: signal(layers),
      form: signal({ ...DEFAULT_FORM, model: 'points', class: 'all', count: '3', steps: '10', ...form }),
      fields: signal(DEFAULT_EDIT),
      runner,
      subjectOf: subjectsOf(spec),
      filesOpened: () => null,
      openModel: async () => ({}) as Model,
      openGuide: async () => undefined,
      finish: async () => undefined,
    }).draw(which),
  );

function requestOf(run: Run | null): ModelSampleRequest {
  if (run === null || 'from' in run.request) throw new Error('no run began; expected a request');
  return run.request;
}

const picture = blankLayers(spec.image, 1);

it('createEditStore requests each image with the picture and the strength', async () => {
  const run = await runOf(picture);
  const { edit, images, class: labels } = requestOf(run);
  expect([images, labels]).toEqual([
    [0, 1, 2],
    [0, 1, 0],
  ]);
  expect(edit).toEqual({ image: Float32Array.of(-1, -1, -1, -1), mask: undefined, strength: 0.6 });
  expect([run?.steps, run?.first.x.length]).toEqual([6, 12]);
});

it('createEditStore draws masked parts from noise, and only the first image for a preview', async () => {
  const run = await runOf(changeMask(picture, 'all'), 'first');
  const { edit, images, class: labels } = requestOf(run);
  expect([images, labels, run?.images.shape]).toEqual([[0], [0], [1, 1, 2, 2]]);
  expect(edit).toEqual({ image: Float32Array.of(-1, -1, -1, -1), mask: Uint8Array.of(1, 1, 1, 1) });
});

it('createEditStore draws nothing without a picture that fits, or if the request is invalid', async () => {
  expect(await runOf(null)).toBeNull();
  expect(await runOf(blankLayers({ width: 3, height: 1 }, 1))).toBeNull();
  expect(await runOf(blankLayers(spec.image, 3))).toBeNull();
  expect(await runOf(picture, 'all', { seed: 'x' })).toBeNull();
});

it('createEditStore draws a picture that is larger than the model’s images on a canvas', async () => {
  expect(requestOf(await runOf(picture)).canvas).toBeUndefined();
  const large = blankLayers({ width: 3, height: 2 }, 1);
  const run = await runOf(large);
  expect(requestOf(run)).toMatchObject({ canvas: { height: 2, width: 3 }, edit: { image: { length: 6 } } });
  expect(run?.images).toMatchObject({ shape: [3, 1, 2, 3], source: { layers: large, fields: DEFAULT_EDIT } });
});

it('createEditStore draws no more values than a page holds', async () => {
  // 16·2^22 values are 2^26, the limit.
  const large = blankLayers({ width: 2048, height: 2048 }, 1);
  const isDrawn = async (count: string, which: 'all' | 'first') =>
    (await runOf(large, which, { count })) !== null;
  expect([await isDrawn('1024', 'first'), await isDrawn('17', 'all')]).toEqual([true, false]);
});
