import { type SamplingPlan, savedValues } from '@isonoise/sampler';

/** Bytes of base64 for bytes. */
const base64 = (bytes: number): number => 4 * Math.ceil(bytes / 3);

/** Returns the largest size of the arrays in the saved state of a range of a plan, in bytes. */
export function stateBytes(plan: SamplingPlan, rangeSize: number): number {
  const images = plan.images.slice(0, rangeSize);
  const mask = plan.inpainting === undefined ? 0 : images.length * plan.shape.height * plan.shape.width;
  return base64(4 * savedValues({ ...plan, images })) + base64(mask);
}
