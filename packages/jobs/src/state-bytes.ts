import { type SamplingPlan, savedValues } from '@isonoise/sampler';

/** Returns the length in base64 of a number of bytes. */
const base64 = (bytes: number): number => 4 * Math.ceil(bytes / 3);

/** Returns the maximum size of the arrays in a saved state of a range, in bytes. */
export function stateBytes(plan: SamplingPlan, rangeSize: number): number {
  const images = plan.images.slice(0, rangeSize);
  const mask = plan.inpainting === undefined ? 0 : images.length * plan.shape.height * plan.shape.width;
  return base64(4 * savedValues({ ...plan, images })) + base64(mask);
}
