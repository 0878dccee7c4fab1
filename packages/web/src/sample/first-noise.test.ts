import { initialNoise } from '@isonoise/sampler';
import { expect, it } from 'vitest';
import { firstNoise } from './first-noise.ts';

/** Rejects, because these images are small enough to be drawn without the worker. */
const here = () => Promise.reject(new Error('a worker was asked; expected none'));

it('firstNoise equals initialNoise, even though it is drawn in slices', async () => {
  // Five images, three per slice
  const size = 20_000;
  expect(await firstNoise(7n, [0, 1, 2, 3, 9], size, here)).toEqual(initialNoise(7n, [0, 1, 2, 3, 9], size));
  // One image larger than a slice
  expect(await firstNoise(7n, [0], 70_000, here)).toEqual(initialNoise(7n, [0], 70_000));
});

it('firstNoise draws a large image in the worker', async () => {
  const tasks: unknown[] = [];
  const there = async (task: unknown) => {
    tasks.push(task);
    return Float32Array.of(1);
  };
  expect(await firstNoise(7n, [3], 300_000, there)).toEqual(Float32Array.of(1));
  expect(tasks).toEqual([{ kind: 'noise', seed: 7n, numbers: [3], size: 300_000 }]);
});
