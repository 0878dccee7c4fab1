import { type ModelSpec, schedulerMeaning, schedulerProcess } from '@isonoise/bundle';
import { DEFAULT_SAMPLERS, drawingSampler, type SamplerName } from '@isonoise/sampler';

/** The default sampler if the spacing of the model is not suitable for few steps. */
const MANY_STEPS: SamplerName = 'ddim';

/**
 * Returns the sampler for requests that name none: the sampler of the model's scheduler class, or the default of
 * isonoise. A run of few steps must start in pure noise, at T − 1, and only `trailing` starts there for every number
 * of steps. Models with another spacing keep DDIM. If the scheduler class is the inverse of a sampler, the result is
 * that sampler, because a request without given images draws.
 */
export function defaultSampler({ scheduler }: Pick<ModelSpec, 'scheduler'>): SamplerName {
  const { sampler, spacing, settings } = schedulerMeaning(scheduler);
  if (sampler !== null) return drawingSampler(sampler, settings);
  const process = schedulerProcess(scheduler);
  if (process !== 'diffusion') return DEFAULT_SAMPLERS[process];
  return spacing === 'trailing' ? DEFAULT_SAMPLERS.diffusion : MANY_STEPS;
}

/** Describes {@link defaultSampler} in one line of help. */
export const DEFAULT_SAMPLER_HELP: string =
  `the model's; without one ${DEFAULT_SAMPLERS.diffusion}, ${DEFAULT_SAMPLERS.flow} for flow matching, ${DEFAULT_SAMPLERS.sine} for the schedule sine, and ${MANY_STEPS} if ` +
  'the spacing is not trailing';
