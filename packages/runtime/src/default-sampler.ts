import { isFlow, type ModelSpec, schedulerMeaning } from '@isonoise/bundle';
import { DEFAULT_SAMPLERS, type SamplerName } from '@isonoise/sampler';

/** The default sampler if the spacing of the model is not suitable for few steps. */
const MANY_STEPS: SamplerName = 'ddim';

/**
 * Returns the sampler of requests without one. A run of few steps must start in pure noise, at T − 1. Only `trailing`
 * starts there for every number of steps. Models with another spacing, and models that name DDIMScheduler, keep DDIM.
 */
export function defaultSampler({ scheduler }: Pick<ModelSpec, 'scheduler'>): SamplerName {
  if (isFlow(scheduler)) return DEFAULT_SAMPLERS.flow;
  if (scheduler._class_name === 'DDIMScheduler') return 'ddim';
  return schedulerMeaning(scheduler).spacing === 'trailing' ? DEFAULT_SAMPLERS.diffusion : MANY_STEPS;
}

/** Describes {@link defaultSampler} in a line, for help. */
export const DEFAULT_SAMPLER_HELP: string =
  `the model's, which is ${DEFAULT_SAMPLERS.diffusion}; ${DEFAULT_SAMPLERS.flow} for flow matching; ${MANY_STEPS} if its ` +
  'spacing is not trailing or it names DDIMScheduler';
