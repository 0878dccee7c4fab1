import { mostSavable, type SamplingPlan } from '@isonoise/sampler';
import { LEAST_RANGES, MOST_DEFAULT_RANGE } from './limits.ts';

/**
 * Returns the default number of images of a range: an eighth of the images, at most 64, and fewer if their state would be
 * too large to be saved.
 */
export const defaultRange = (plan: SamplingPlan): number =>
  Math.max(1, Math.min(MOST_DEFAULT_RANGE, Math.ceil(plan.images.length / LEAST_RANGES), mostSavable(plan)));
