import { expect, it } from 'vitest';
import { noiseRow, ROW_LENGTH } from './noise-row.ts';

it('noiseRow goes from noise to the image, with less noise in each image', () => {
  const image = Float32Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? 1 : -1));
  const row = noiseRow(image);
  expect(row).toHaveLength(ROW_LENGTH * 64);
  /** Root mean square difference of each image from the last one. */
  const distances = Array.from(
    { length: ROW_LENGTH },
    (_, k) => Math.hypot(...row.subarray(64 * k, 64 * k + 64).map((x, i) => x - (image[i] as number))) / 8,
  );
  expect(distances).toEqual(distances.toSorted((a, b) => b - a));
  expect(distances.at(-1)).toBe(0);
  // The first image is noise of variance 1, and the last has the same variance, so the distance is about √2.
  expect(distances[0]).toBeGreaterThan(1.1);
});
