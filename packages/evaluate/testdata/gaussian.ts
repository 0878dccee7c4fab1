import { fillNormals } from '@isonoise/random';
import { type Features, toFeatures } from '../src/features.ts';

/** Draws rows of independent normals. @param image image number, which distinguishes sets with the same seed */
export function gaussian(count: number, width: number, image: number, mean = 0, scale = 1): Features {
  const values = new Float32Array(count * width);
  fillNormals(values, { seed: 14, image, step: 0, purpose: 'initialNoise' });
  return toFeatures(
    values.map((value) => mean + scale * value),
    width,
  );
}
