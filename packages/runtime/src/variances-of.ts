import { type ModelSpec, schedulerMeaning } from '@isonoise/bundle';
import type { DdpmVariance } from '@isonoise/sampler';

const FIXED: readonly DdpmVariance[] = ['fixedSmall', 'fixedLarge'];

/**
 * Lists the variances that a model can be sampled with: fixed ones, and those that its network predicts. `learned` in a
 * bundle means σ² in diffusers and log σ² in OpenAI's code, so a request may choose.
 */
export function variancesOf({ scheduler }: Pick<ModelSpec, 'scheduler'>): readonly DdpmVariance[] {
  const { variance } = schedulerMeaning(scheduler);
  if (variance === 'learned') return [...FIXED, 'learned', 'learnedLog'];
  return variance === 'learnedRange' ? [...FIXED, 'learnedRange'] : FIXED;
}
