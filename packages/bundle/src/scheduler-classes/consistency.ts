// Classes of consistency models.
import * as v from 'valibot';
import { type Link, type SchedulerClass, same } from '../scheduler-class.ts';
import {
  betas,
  clipping,
  flag,
  LATENT,
  prediction,
  thresholding,
  timesteps,
  zeroSnr,
} from '../scheduler-keys.ts';
import { finite, positiveWhole } from '../schema.ts';

/** Keys of consistency models. The timesteps of these models come from the grid of their distillation. */
const consistencyKeys = {
  ...betas({ ...LATENT, schedule: 'scaled_linear' }),
  ...clipping(false),
  ...timesteps('leading'),
  ...prediction(),
  ...thresholding,
  ...zeroSnr,
  original_inference_steps: v.optional(positiveWhole, 50),
  // This key has no effect, because the last step always returns the image.
  set_alpha_to_one: flag(true),
  timestep_scaling: v.optional(v.pipe(finite, v.minValue(0.01), v.maxValue(1000)), 10),
};

const consistencyLinks: readonly Link[] = [
  same('original_inference_steps', 'originalSteps'),
  same('timestep_scaling', 'timestepScaling'),
];

export const lcm: SchedulerClass = {
  process: 'diffusion',
  keys: consistencyKeys,
  modes: [{ sampler: 'lcm' }],
  links: consistencyLinks,
  spacing: { rule: 'trailing' },
};

export const tcd: SchedulerClass = {
  process: 'diffusion',
  keys: consistencyKeys,
  modes: [{ sampler: 'tcd' }],
  links: consistencyLinks,
  spacing: { rule: 'trailing' },
};
