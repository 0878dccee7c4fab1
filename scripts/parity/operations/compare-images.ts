import type { ModelSpec } from '@isonoise/bundle';
import { toBytes } from '@isonoise/picture';
import { toSampleRequest } from '@isonoise/runtime';
import { type Denoiser, sample } from '@isonoise/sampler';
import { choiceOf } from '../condition.ts';
import { pixelDifference } from '../difference.ts';

/** Differences between the images of two runtimes. */
export interface ImageDifferences {
  readonly images: number;
  /** Images with a different 8-bit value. */
  readonly differing: number;
  /** Number of 8-bit values, and number of 8-bit values that differ. */
  readonly values: number;
  readonly differingValues: number;
  /** Largest difference in levels. */
  readonly levels: number;
  /** Mean absolute difference before rounding to 8 bits; values are in [-1, 1]. */
  readonly mean: number;
  /**
   * Expected number of differing values. A value differs if a border between two levels lies between the two results;
   * these borders are 1 / 127.5 apart.
   */
  readonly expected: number;
}

/**
 * Draws images with the seeds 0, 1, 2, … in two runtimes, one at a time, by DDIM without guidance.
 *
 * @param onImage called after each image
 */
export async function compareImages(
  spec: ModelSpec,
  [base, other]: readonly [Denoiser, Denoiser],
  { count, steps }: { readonly count: number; readonly steps: number },
  onImage: (so: ImageDifferences) => void = () => {},
): Promise<ImageDifferences> {
  let [differing, values, differingValues, levels, sum] = [0, 0, 0, 0, 0];
  const so = (images: number): ImageDifferences => {
    return { images, differing, values, differingValues, levels, mean: sum / values, expected: 127.5 * sum };
  };
  for (let seed = 0; seed < count; seed++) {
    const [a, b] = [await draw(spec, base, seed, steps), await draw(spec, other, seed, steps)];
    const found = pixelDifference(toBytes(a), toBytes(b));
    sum += a.reduce((total, value, i) => total + Math.abs(value - (b[i] ?? Number.NaN)), 0);
    values += found.pixels;
    differingValues += found.differing;
    levels = Math.max(levels, found.levels);
    if (found.differing > 0) differing++;
    onImage(so(seed + 1));
  }
  return so(count);
}

/** Draws one image. Its class or tag depends on the seed. */
async function draw(spec: ModelSpec, denoise: Denoiser, seed: number, steps: number): Promise<Float32Array> {
  const request = toSampleRequest(spec, {
    ...{ seed, count: 1, steps, sampler: 'ddim', guidance: 1 },
    ...choiceOf(spec, seed),
  });
  let image = new Float32Array(0);
  for await (const { x } of sample(denoise, request)) image = Float32Array.from(x);
  return image;
}
