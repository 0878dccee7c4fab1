import { frechetRatio, kernelDistance, momentsOf, toFeatures } from '@isonoise/evaluate';
import { fillUniforms } from '@isonoise/random';
import { expect, it } from 'vitest';
import { ratioMeasure, setRatio } from './set-ratio.ts';

/** Returns 20 rows of uniform numbers, plus `offset`. */
function rows(width: number, image: number, offset = 0) {
  const values = new Float32Array(20 * width);
  fillUniforms(values, { seed: 4, image, step: 0, purpose: 'initialNoise' });
  return toFeatures(
    values.map((value) => value + offset),
    width,
  );
}

it('setRatio compares the FIDs of up to 512 features', async () => {
  const [real, sample, base] = [rows(4, 1), rows(4, 2, 1), rows(4, 3, 0.5)];
  const reference = { moments: momentsOf(real), kernelSample: real, kernelScale: 2 };
  expect(await setRatio(reference, sample, base, { resamples: 10 })).toEqual(
    await frechetRatio(reference.moments, sample, base, { resamples: 10 }),
  );
  expect(ratioMeasure(512)).toBe('FID');
});

it('setRatio compares the KIDs of more features, in the unit of the training images', async () => {
  const width = 513;
  const [real, sample, base] = [rows(width, 1), rows(width, 2, 1), rows(width, 3, 0.5)];
  const reference = { moments: momentsOf(rows(1, 1)), kernelSample: real, kernelScale: 2 };
  const { ratio } = await setRatio(reference, sample, base, { resamples: 10 });
  const [above = 0, below = 0] = [sample, base].map((set) => kernelDistance(real, set, { scale: 2 }).value);
  expect(ratio).toBeCloseTo(above / below, 10);
  expect(ratioMeasure(width)).toBe('KID');
});
