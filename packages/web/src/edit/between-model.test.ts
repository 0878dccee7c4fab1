import { interpolate } from '@isonoise/runtime';
import { expect, it } from 'vitest';
import { pointsModel, pointsSpec } from '../../testdata/points.ts';
import { betweenModel, mixtures } from './between-model.ts';

const model = pointsModel(pointsSpec(1, 2));
const pictures = Float32Array.of(-0.5, 0.25, 1, -1);

it('betweenModel yields the three runs of interpolate as one run, with the same images', async () => {
  let now = 0;
  const between = betweenModel(model, pictures, 4, { steps: 5 });
  const seen: string[] = [];
  let images: Float32Array = new Float32Array();
  for await (const { step, steps, x, remainingMs = Number.NaN } of between.sample({
    seed: 0,
    clock: () => ++now,
  })) {
    seen.push(`${step}/${steps}`);
    images = x;
    expect(x).toHaveLength(8);
    expect(remainingMs).toBeGreaterThanOrEqual(0);
    if (step === steps) expect(remainingMs).toBe(0);
  }
  expect(seen).toEqual(Array.from({ length: 15 }, (_, k) => `${k + 1}/15`));
  const expected = await interpolate(model, pictures, 4, { steps: 5 });
  expect(images).toEqual(expected.images);
  expect(between.errors()).toEqual(expected.errors);
});

it('betweenModel throws the reason of an aborted run', async () => {
  const stop = new AbortController();
  const between = betweenModel(model, pictures, 4, { steps: 5 });
  const taken: number[] = [];
  const run = async () => {
    for await (const { step } of between.sample({ seed: 0, signal: stop.signal })) {
      taken.push(step);
      if (step === 2) stop.abort(new Error('enough'));
    }
  };
  await expect(run()).rejects.toThrow('enough');
  // After the abort, at most one more step is taken: a step that was already computed.
  expect([
    [1, 2],
    [1, 2, 3],
  ]).toContainEqual(taken);
});

it('betweenModel throws the errors of interpolate', async () => {
  const between = betweenModel(model, pictures.slice(1), 4, { steps: 5 });
  await expect(between.sample({ seed: 0 }).next()).rejects.toThrow('expected 4 for two pictures');
});

it('mixtures mixes both pictures in equal steps', () => {
  expect(mixtures(Float32Array.of(0, 1, 1, 0), 3)).toEqual(Float32Array.of(0, 1, 0.5, 0.5, 1, 0));
});
