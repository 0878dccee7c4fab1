import { initialNoise } from '@isonoise/sampler';
import { expect, it } from 'vitest';
import { firstNoise } from './first-noise.ts';

it('firstNoise equals initialNoise, even though it is drawn in slices', async () => {
  // Five images, three per slice
  const size = 20_000;
  expect(await firstNoise(7n, [0, 1, 2, 3, 9], size)).toEqual(initialNoise(7n, [0, 1, 2, 3, 9], size));
  // One image larger than a slice
  expect(await firstNoise(7n, [0], 70_000)).toEqual(initialNoise(7n, [0], 70_000));
});
