import { initialNoise } from '@isonoise/sampler';
import { createSchedule, qSample } from '@isonoise/schedule';

/** Timesteps of the shown images, of 1000; the last image has no noise. */
const TIMES = [999, 700, 500, 350, 200, 80] as const;

/** Number of images in {@link noiseRow}. */
export const ROW_LENGTH: number = TIMES.length + 1;

/**
 * Returns images that show how sampling goes from noise to an image: mixtures of the image and noise, the noisiest
 * first, then the image itself.
 *
 * @param image `[C, H, W]` in [-1, 1]
 * @returns `[ROW_LENGTH, C, H, W]`
 */
export function noiseRow(image: Float32Array): Float32Array {
  const schedule = createSchedule({ kind: 'cosine' });
  const noise = initialNoise(7n, [0], image.length);
  const row = new Float32Array(ROW_LENGTH * image.length);
  for (const [k, t] of TIMES.entries()) row.set(qSample(schedule, image, [t], noise), k * image.length);
  row.set(image, TIMES.length * image.length);
  return row;
}
