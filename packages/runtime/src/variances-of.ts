import { type ModelSpec, schedulerMeaning } from '@isonoise/bundle';
import type { DdpmVariance } from '@isonoise/sampler';

const FIXED: readonly DdpmVariance[] = ['fixedSmall', 'fixedLarge'];

/**
 * Lists the variances that a request for the model may choose: the fixed variances, and those that the network
 * predicts. For `learned` in a bundle, a request may choose between σ² (as in diffusers) and log σ² (as in OpenAI's
 * code).
 */
export function variancesOf({ scheduler }: Pick<ModelSpec, 'scheduler'>): readonly DdpmVariance[] {
  const { variance } = schedulerMeaning(scheduler);
  if (variance === 'learned') return [...FIXED, 'learned', 'learnedLog'];
  return variance === 'learnedRange' ? [...FIXED, 'learnedRange'] : FIXED;
}
