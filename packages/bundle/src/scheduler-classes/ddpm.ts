// Classes whose runs visit only timesteps: DDPM, DDIM, the inversion of DDIM, and PNDM.
import * as v from 'valibot';
import { renamed, type SchedulerClass } from '../scheduler-class.ts';
import {
  betas,
  clipping,
  DDPM_BETA_SCHEDULES,
  flag,
  NOT_SAMPLE,
  prediction,
  thresholding,
  timesteps,
  VARIANCES,
  variances,
  zeroSnr,
} from '../scheduler-keys.ts';

/** Keys without an effect, which old files and files for PyTorch contain. */
const legacy = {
  predict_epsilon: v.exactOptional(v.literal(true)),
  tensor_format: v.exactOptional(v.string()),
  timestep_values: v.exactOptional(v.null()),
} satisfies v.ObjectEntries;

const ALPHA_NOT_ONE = ['set_alpha_to_one', false] as const;

export const ddpm: SchedulerClass = {
  process: 'diffusion',
  keys: {
    ...betas({ schedules: DDPM_BETA_SCHEDULES }),
    ...prediction(),
    variance_type: v.optional(variances, 'fixed_small'),
    ...clipping(true),
    ...timesteps('leading'),
    ...zeroSnr,
    ...thresholding,
    set_alpha_to_one: v.exactOptional(v.literal(true)),
    ...legacy,
  },
  modes: [{ sampler: 'ddpm' }],
  links: [renamed('variance_type', 'variance', Object.entries(VARIANCES))],
  spacing: {},
  isNeutral: true,
};

export const ddim: SchedulerClass = {
  process: 'diffusion',
  keys: {
    ...betas({ schedules: DDPM_BETA_SCHEDULES }),
    ...prediction(),
    ...clipping(true),
    ...timesteps('leading'),
    ...zeroSnr,
    ...thresholding,
    set_alpha_to_one: flag(true),
    // Earlier versions of isonoise also wrote this key for this class.
    variance_type: v.exactOptional(variances),
    ...legacy,
  },
  modes: [{ sampler: 'ddim' }],
  spacing: { endsNoisy: ALPHA_NOT_ONE },
};

// By default, a request for a model with this class uses DDIM. Inversion must be requested by name.
export const ddimInverse: SchedulerClass = {
  process: 'diffusion',
  keys: {
    ...betas(),
    ...prediction(),
    ...clipping(true),
    ...timesteps('leading'),
    ...zeroSnr,
    set_alpha_to_one: flag(true),
  },
  modes: [{ sampler: 'ddim-inverse' }],
  spacing: { endsNoisy: ALPHA_NOT_ONE },
};

export const pndm: SchedulerClass = {
  process: 'diffusion',
  keys: {
    ...betas(),
    ...prediction(NOT_SAMPLE),
    ...timesteps('leading'),
    set_alpha_to_one: flag(false),
    skip_prk_steps: flag(false),
  },
  modes: [
    { sampler: 'pndm', keys: { skip_prk_steps: false } },
    { sampler: 'plms', keys: { skip_prk_steps: true } },
  ],
  spacing: { endsNoisy: ALPHA_NOT_ONE },
};
