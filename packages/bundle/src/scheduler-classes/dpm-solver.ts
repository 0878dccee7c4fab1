// Classes of DPM-Solver and DPM-Solver++.
import type { SamplerName } from '@isonoise/sampler';
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

/** Spacing rules of DPM-Solver and similar methods. */
export const SOLVER = { omitLast: true, endsNoisy: ['final_sigmas_type', 'sigma_min'] } as const;

/**
 * Declares a mode of an algorithm. In diffusers, samplers for ε cannot end at the image, so for them
 * `final_sigmas_type` must be `sigma_min`.
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

/** The samplers of an algorithm for the orders 2 and 3. */
type OfOrders = readonly [second: SamplerName, third: SamplerName];

/**
 * Returns the modes that the multistep and the singlestep class have in common. With order 1, both are the same
 * method.
 */
const modesOf = (samplers: {
  readonly dpmpp: OfOrders;
  readonly sde: OfOrders;
  readonly dpm: OfOrders;
}): readonly [Mode, ...Mode[]] => [
  ...ordersOf('dpmsolver++', samplers.dpmpp, 'euler'),
  ...ordersOf('sde-dpmsolver++', samplers.sde, 'euler-ancestral', { settings: NOISY }),
  ...ordersOf('dpmsolver', samplers.dpm, 'euler'),
];

const ordersOf = (
  type: string,
  [second, third]: OfOrders,
  first: SamplerName,
  settings: Pick<Mode, 'settings'> = {},
): readonly [Mode, Mode, Mode] => [
  algorithm(type, 2, { sampler: second, ...settings }),
  algorithm(type, 3, { sampler: third, ...settings }),
  algorithm(type, 1, { sampler: first, ...settings }),
];

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
    ...modesOf({
      dpmpp: ['dpmpp-2m', 'dpmpp-3m'],
      sde: ['dpmpp-2m-sde', 'dpmpp-3m-sde'],
      dpm: ['dpm-2m', 'dpm-3m'],
    }),
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
  modes: modesOf({
    dpmpp: ['dpmpp-2s', 'dpmpp-3s'],
    sde: ['dpmpp-2s', 'dpmpp-3s'],
    dpm: ['dpm-2s', 'dpm-3s'],
  }),
  links: solverLinks,
  spacing: { ...SOLVER, rule: 'linspace' satisfies TimestepRule },
};
