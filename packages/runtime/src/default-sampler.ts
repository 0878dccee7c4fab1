import { type ModelSpec, schedulerMeaning, schedulerProcess } from '@isonoise/bundle';
import { DEFAULT_SAMPLERS, drawingSampler, type SamplerName } from '@isonoise/sampler';

/** The default sampler if the spacing of the model is not suitable for few steps. */
const MANY_STEPS: SamplerName = 'ddim';

/**
 * Returns the sampler for requests without one: the sampler of the model's scheduler class, or the default of
 * isonoise. A run of few steps must start with pure noise at T − 1, and only `trailing` starts there for every number
 * of steps. Models with a different spacing therefore keep DDIM. If the scheduler class inverts pictures, the result
 * is the corresponding forward sampler.
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
