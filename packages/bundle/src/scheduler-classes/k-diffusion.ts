// Classes of the samplers of k-diffusion.
import type { SamplerName } from '@isonoise/sampler';
import * as v from 'valibot';
import type { SchedulerClass } from '../scheduler-class.ts';
import {
  betas,
  clipping,
  finalSigmas,
  grids,
  LATENT,
  NOT_SAMPLE,
  only,
  onlyNull,
  prediction,
  timesteps,
  zeroSnr,
} from '../scheduler-keys.ts';
import { whole } from '../schema.ts';

/**
 * Spacing of the k-diffusion classes. They have fractional timesteps, and their grids of sigmas span the range of
 * these timesteps.
 */
const K_DIFFUSION = { fractional: true, within: true } as const;

const kDiffusion = (
  sampler: SamplerName,
  keys: v.ObjectEntries,
  types?: Parameters<typeof prediction>[0],
): SchedulerClass => ({
  process: 'diffusion',
  keys: { ...prediction(types), ...timesteps('linspace'), ...keys },
  modes: [{ sampler }],
  spacing: K_DIFFUSION,
});

export const euler: SchedulerClass = {
  ...kDiffusion('euler', {
    ...betas(),
    ...grids,
    ...zeroSnr,
    ...finalSigmas,
    interpolation_type: only('linear'),
    sigma_max: onlyNull,
    sigma_min: onlyNull,
    timestep_type: only('discrete'),
  }),
  spacing: { ...K_DIFFUSION, endsNoisy: ['final_sigmas_type', 'sigma_min'] },
};

export const eulerAncestral: SchedulerClass = kDiffusion(
  'euler-ancestral',
  { ...betas(), ...zeroSnr },
  NOT_SAMPLE,
);

export const heun: SchedulerClass = kDiffusion('heun', {
  ...betas(LATENT),
  ...grids,
  ...clipping(false),
});

export const kdpm2: SchedulerClass = kDiffusion('dpm2', { ...betas(LATENT), ...grids }, NOT_SAMPLE);

export const kdpm2Ancestral: SchedulerClass = kDiffusion(
  'dpm2-ancestral',
  { ...betas(LATENT), ...grids },
  NOT_SAMPLE,
);

export const lms: SchedulerClass = kDiffusion('lms', { ...betas(), ...grids });

export const dpmSolverSde: SchedulerClass = kDiffusion(
  'dpmpp-sde',
  {
    ...betas(LATENT),
    ...grids,
    // This key has no effect, because the seed of a request determines the noise.
    noise_sampler_seed: v.optional(v.nullable(whole), null),
  },
  NOT_SAMPLE,
);
