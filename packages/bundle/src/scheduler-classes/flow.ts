// Scheduler classes of diffusers for flow matching.
import * as v from 'valibot';
import type { SchedulerClass } from '../scheduler-class.ts';
import { dynamicShifting, only, onlyNull } from '../scheduler-keys.ts';
import { finite, positiveWhole } from '../schema.ts';

export const flowMatchEuler: SchedulerClass = {
  process: 'flow',
  keys: {
    num_train_timesteps: v.optional(positiveWhole, 1000),
    shift: v.optional(finite, 1),
    base_image_seq_len: v.optional(finite, 256),
    base_shift: v.optional(v.nullable(finite), 0.5),
    max_image_seq_len: v.optional(finite, 4096),
    max_shift: v.optional(v.nullable(finite), 1.15),
    ...dynamicShifting,
    invert_sigmas: only(false),
    shift_terminal: onlyNull,
    stochastic_sampling: only(false),
    use_beta_sigmas: only(false),
    use_exponential_sigmas: only(false),
    use_karras_sigmas: only(false),
  },
  modes: [{ sampler: 'flow-euler' }],
  spacing: { rule: 'linspace' },
  isNeutral: true,
};

export const flowMatchHeun: SchedulerClass = {
  process: 'flow',
  keys: { num_train_timesteps: v.optional(positiveWhole, 1000), shift: v.optional(finite, 1) },
  modes: [{ sampler: 'flow-heun' }],
  spacing: { rule: 'linspace' },
};
