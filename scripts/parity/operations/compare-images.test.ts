import { toSchedulerConfig } from '@isonoise/bundle';
import type { Denoiser } from '@isonoise/sampler';
import { expect, it } from 'vitest';
import { compareImages } from './compare-images.ts';

const spec = {
  name: 'it',
  image: { channels: 1, height: 2, width: 2 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'cosine' }, { prediction_type: 'sample' }),
  classes: null,
} as const;

/** Returns a denoiser that always predicts `image` as x0, so that DDIM ends at this image. */
const always =
  (...image: readonly number[]): Denoiser =>
  async (x) =>
    Float32Array.from(x, (_, i) => image[i % image.length] ?? 0);

it('compareImages counts the values whose level differs, and estimates how many should differ', async () => {
  // The border between the levels 127 and 128 is at 0. The first value crosses it; the third differs within a level.
  const base = always(-0.0001, 0.5, 0.1, 1);
  const other = always(0.0001, 0.5, 0.1002, 1);
  const found = await compareImages(spec, [base, other], { count: 2, steps: 3 });
  expect(found).toMatchObject({ images: 2, differing: 2, values: 8, differingValues: 2, levels: 1 });
  // Four of the eight values differ by 2e-4, up to the rounding of float32.
  expect(found.mean).toBeCloseTo(1e-4, 8);
  expect(found.expected).toBeCloseTo(127.5 * 8e-4, 5);
  const same = await compareImages(spec, [base, base], { count: 1, steps: 3 });
  expect(same).toMatchObject({ differing: 0, differingValues: 0, mean: 0, expected: 0 });
});
