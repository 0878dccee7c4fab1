import { IsonoiseError } from '@isonoise/error';
import { imageRecord } from '@isonoise/runtime';
import { expect, it } from 'vitest';
import { planOfTwo, pointsModel, pointsSpec, twoImages } from '../../testdata/points.ts';
import { endRun } from './end-run.ts';
import type { Run } from './run.ts';

const spec = pointsSpec(1, 1);
const plan = planOfTwo(spec);
const x = Float32Array.of(0, 1);
const run: Run = {
  images: twoImages(spec),
  model: pointsModel(spec),
  request: { seed: 1 },
  first: { step: 0, t: null, x },
  steps: 2,
};

it('endRun returns the images with their request', async () => {
  expect(await endRun(run, x, () => ({ plan, nextStep: 2, x }))).toEqual({
    result: x,
    isChanged: false,
    record: imageRecord({ plan }),
    notes: [],
  });
});

it('endRun throws the error of a plan that cannot be recorded', async () => {
  const broken = Object.defineProperty({ ...plan }, 'seed', {
    enumerable: true,
    get() {
      throw new IsonoiseError('SAMPLER_SAVED', 'the plan is broken');
    },
  });
  await expect(endRun(run, x, () => ({ plan: broken, nextStep: 2, x }))).rejects.toThrow('broken');
});

it('endRun does not save the state of a run that consists of several runs', async () => {
  const record = imageRecord({ plan });
  const save = () => {
    throw new Error('the state was saved; expected no state');
  };
  const composed = () => ({ record, notes: ['from three runs'] });
  expect(await endRun({ ...run, composed }, x, save)).toMatchObject({ record, notes: ['from three runs'] });
});
