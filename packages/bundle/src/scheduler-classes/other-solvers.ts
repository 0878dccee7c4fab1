// Classes of other exponential integrators: DEIS, UniPC and SA-Solver.
import * as v from 'valibot';
import { type Link, renamed, type SchedulerClass, same } from '../scheduler-class.ts';
import {
  betas,
  choice,
  dynamicShifting,
  finalSigmas,
  flag,
  flowSigmas,
  grids,
  lambdaClip,
  only,
  onlyNull,
  prediction,
  thresholding,
  timesteps,
  zeroSnr,
} from '../scheduler-keys.ts';
import { whole } from '../schema.ts';
import { NOISY, SOLVER } from './dpm-solver.ts';

/** The key `disable_corrector` is a list of steps. Only lists of the first n steps are supported. */
const uncorrected: Link = {
  key: 'disable_corrector',
  setting: 'uncorrectedSteps',
  read: (value) => (Array.isArray(value) ? value.length : undefined),
  write: (value) => Array.from({ length: Number(value) }, (_, step) => step),
};

export const deisMultistep: SchedulerClass = {
  process: 'diffusion',
  keys: {
    ...betas(),
    solver_order: choice([1, 2, 3], 2),
    ...prediction(),
    ...thresholding,
    algorithm_type: only('deis'),
    solver_type: only('logrho'),
    lower_order_final: flag(true),
    ...grids,
    ...flowSigmas,
    ...timesteps('linspace'),
    ...dynamicShifting,
  },
  modes: [{ sampler: 'deis' }],
  links: [same('solver_order', 'order'), same('lower_order_final', 'lowerOrderFinal')],
  spacing: { omitLast: true, endsNoisy: 'always' },
};

export const uniPcMultistep: SchedulerClass = {
  process: 'diffusion',
  keys: {
    ...betas(),
    solver_order: choice([1, 2, 3, 4], 2),
    ...prediction(),
    ...thresholding,
    predict_x0: flag(true),
    solver_type: choice(['bh1', 'bh2'], 'bh2'),
    lower_order_final: flag(true),
    disable_corrector: v.optional(
      v.pipe(
        v.array(whole),
        v.check(
          (steps) => steps.every((step, i) => step === i),
          'expected the first steps in order, such as 0, 1, 2',
        ),
      ),
      [],
    ),
    solver_p: onlyNull,
    ...grids,
    ...flowSigmas,
    ...timesteps('linspace'),
    ...finalSigmas,
    ...zeroSnr,
    ...dynamicShifting,
    sigma_min: onlyNull,
    sigma_max: onlyNull,
    shift_terminal: onlyNull,
  },
  modes: [{ sampler: 'unipc' }],
  links: [
    same('solver_order', 'order'),
    same('solver_type', 'bh'),
    same('predict_x0', 'predictX0'),
    same('lower_order_final', 'lowerOrderFinal'),
    uncorrected,
  ],
  spacing: SOLVER,
};

export const saSolver: SchedulerClass = {
  process: 'diffusion',
  keys: {
    ...betas(),
    predictor_order: choice([1, 2, 3, 4], 2),
    corrector_order: choice([1, 2, 3, 4], 2),
    ...prediction(),
    // diffusers adds noise if 200 ≤ t ≤ 800. The sampler of isonoise adds noise in the same part of [0, T].
    tau_func: onlyNull,
    ...thresholding,
    algorithm_type: choice(['data_prediction', 'noise_prediction'], 'data_prediction'),
    lower_order_final: flag(true),
    ...grids,
    ...flowSigmas,
    ...lambdaClip,
    variance_type: onlyNull,
    ...timesteps('linspace'),
  },
  modes: [{ sampler: 'sa-solver', settings: NOISY }],
  links: [
    same('predictor_order', 'order'),
    same('corrector_order', 'correctorOrder'),
    renamed('algorithm_type', 'predictX0', [
      ['data_prediction', true],
      ['noise_prediction', false],
    ]),
    same('lower_order_final', 'lowerOrderFinal'),
  ],
  spacing: { omitLast: true, endsNoisy: 'always' },
};
