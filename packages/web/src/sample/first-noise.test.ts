import { initialNoise } from '@isonoise/sampler';
import { expect, it } from 'vitest';
import { firstNoise } from './first-noise.ts';

it('is what all images begin with, though drawn a few at a time', async () => {
  // Five images, three of them at a stretch
  const size = 20_000;
  expect(await firstNoise(7n, 5, size)).toEqual(initialNoise(7n, [0, 1, 2, 3, 4], size));
  // One that is more than a stretch
  expect(await firstNoise(7n, 1, 70_000)).toEqual(initialNoise(7n, [0], 70_000));
});
