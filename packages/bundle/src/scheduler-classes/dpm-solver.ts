// Classes of DPM-Solver and DPM-Solver++.
import type { TimestepRule } from '@isonoise/schedule';
import { type Link, type Mode, renamed, type SchedulerClass, same } from '../scheduler-class.ts';
import {
  betas,
  choice,
  dynamicShifting,
  finalSigmas,
  flag,
  flowSigmas,
  grids,
  lambdaClip,
  onlyNull,
  prediction,
  thresholding,
  timesteps,
  zeroSnr,
} from '../scheduler-keys.ts';

/** Spacing rules of DPM-Solver and of similar methods. */
export const SOLVER = { omitLast: true, endsNoisy: ['final_sigmas_type', 'sigma_min'] } as const;

/**
 * In diffusers, the samplers for ε cannot end at the image, so diffusers accepts only `sigma_min` as
 * `final_sigmas_type`.
 */
const algorithm = (type: string, order: number, mode: Mode): Mode => ({
  ...mode,
  keys: {
    algorithm_type: type,
    solver_order: order,
    ...(type.endsWith('++') ? {} : { final_sigmas_type: 'sigma_min' }),
  },
});

export const NOISY = { eta: 1 } as const;

const solverKeys = {
  ...betas(),
  solver_order: choice([1, 2, 3], 2),
  ...prediction(),
  ...thresholding,
  algorithm_type: choice(['dpmsolver++', 'dpmsolver', 'sde-dpmsolver++', 'sde-dpmsolver'], 'dpmsolver++'),
  solver_type: choice(['midpoint', 'heun'], 'midpoint'),
  ...grids,
  ...flowSigmas,
  ...lambdaClip,
  variance_type: onlyNull,
};

const solverLinks: readonly Link[] = [
  same('solver_type', 'solverType'),
  same('lower_order_final', 'lowerOrderFinal'),
  same('euler_at_final', 'eulerAtFinal'),
];

export const dpmSolverMultistep: SchedulerClass = {
  process: 'diffusion',
  keys: {
    ...solverKeys,
    ...timesteps('linspace'),
    ...finalSigmas,
    ...zeroSnr,
    ...dynamicShifting,
    euler_at_final: flag(false),
    lower_order_final: flag(true),
    use_lu_lambdas: flag(false),
  },
  modes: [
    algorithm('dpmsolver++', 2, { sampler: 'dpmpp-2m' }),
    algorithm('dpmsolver++', 3, { sampler: 'dpmpp-3m' }),
    algorithm('dpmsolver++', 1, { sampler: 'euler' }),
    algorithm('sde-dpmsolver++', 2, { sampler: 'dpmpp-2m-sde', settings: NOISY }),
    algorithm('sde-dpmsolver++', 3, { sampler: 'dpmpp-3m-sde', settings: NOISY }),
    algorithm('sde-dpmsolver++', 1, { sampler: 'euler-ancestral', settings: NOISY }),
    algorithm('dpmsolver', 2, { sampler: 'dpm-2m' }),
    algorithm('dpmsolver', 3, { sampler: 'dpm-3m' }),
    algorithm('dpmsolver', 1, { sampler: 'euler' }),
    algorithm('sde-dpmsolver', 2, { sampler: 'dpm-2m-sde', settings: NOISY }),
  ],
  links: solverLinks,
  spacing: SOLVER,
};

export const dpmSolverMultistepInverse: SchedulerClass = {
  process: 'diffusion',
  keys: {
    ...solverKeys,
    algorithm_type: choice(['dpmsolver++', 'dpmsolver'], 'dpmsolver++'),
    ...timesteps('linspace'),
    euler_at_final: flag(false),
    lower_order_final: flag(true),
  },
  modes: [{ sampler: 'dpmpp-2m-inverse' }],
  links: [
    ...solverLinks,
    same('solver_order', 'order'),
    renamed('algorithm_type', 'predictX0', [
      ['dpmsolver++', true],
      ['dpmsolver', false],
    ]),
  ],
  spacing: {},
};

export const dpmSolverSinglestep: SchedulerClass = {
  process: 'diffusion',
  keys: {
    ...solverKeys,
    ...finalSigmas,
    ...dynamicShifting,
    lower_order_final: flag(false),
  },
  modes: [
    algorithm('dpmsolver++', 2, { sampler: 'dpmpp-2s' }),
    algorithm('dpmsolver++', 3, { sampler: 'dpmpp-3s' }),
    algorithm('dpmsolver++', 1, { sampler: 'euler' }),
    algorithm('sde-dpmsolver++', 2, { sampler: 'dpmpp-2s', settings: NOISY }),
    algorithm('sde-dpmsolver++', 3, { sampler: 'dpmpp-3s', settings: NOISY }),
    algorithm('sde-dpmsolver++', 1, { sampler: 'euler-ancestral', settings: NOISY }),
    algorithm('dpmsolver', 2, { sampler: 'dpm-2s' }),
    algorithm('dpmsolver', 3, { sampler: 'dpm-3s' }),
    algorithm('dpmsolver', 1, { sampler: 'euler' }),
  ],
  links: solverLinks,
  spacing: { ...SOLVER, rule: 'linspace' satisfies TimestepRule },
};
