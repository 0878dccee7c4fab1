// IPNDMScheduler, whose schedule is continuous.
import * as v from 'valibot';
import type { SchedulerClass } from '../scheduler-class.ts';
import { onlyNull } from '../scheduler-keys.ts';
import { positiveWhole } from '../schema.ts';

export const ipndm: SchedulerClass = {
  process: 'sine',
  // `trained_betas` is not supported. With it, a run in diffusers visits the same levels for any number of steps.
  keys: { num_train_timesteps: v.optional(positiveWhole, 1000), trained_betas: onlyNull },
  modes: [{ sampler: 'ipndm' }],
  spacing: { rule: 'trailing' },
  isNeutral: true,
};
