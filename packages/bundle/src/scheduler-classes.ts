import type { SamplerName } from '@isonoise/sampler';
import type { TimestepRule } from '@isonoise/schedule';
import * as v from 'valibot';
import type { JsonObject, JsonValue } from './json.ts';
import { type Link, type Mode, renamed, type SchedulerClass, same } from './scheduler-class.ts';
import {
  betas,
  choice,
  clipping,
  DDPM_BETA_SCHEDULES,
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
  VARIANCES,
  variances,
  zeroSnr,
} from './scheduler-keys.ts';
import { finite, positiveWhole, whole } from './schema.ts';

const LATENT = { start: 0.00085, end: 0.012 } as const;

/** Keys of old files and of PyTorch, which have no effect. */
const legacy = {
  predict_epsilon: v.exactOptional(v.literal(true)),
  tensor_format: v.exactOptional(v.string()),
  timestep_values: v.exactOptional(v.null()),
} satisfies v.ObjectEntries;

/** The classes of k-diffusion make fractional timesteps, and grids of sigmas between their ends. */
const K_DIFFUSION = { fractional: true, within: true } as const;

/** Keys of DPM-Solver and of similar methods. */
const SOLVER = { omitLast: true, endsNoisy: ['final_sigmas_type', 'sigma_min'] } as const;

const ALPHA_NOT_ONE = ['set_alpha_to_one', false] as const;

/** In diffusers, the samplers for ε cannot end at the image, so it rejects other values of `final_sigmas_type`. */
const algorithm = (type: string, order: number, mode: Mode): Mode => ({
  ...mode,
  keys: {
    algorithm_type: type,
    solver_order: order,
    ...(type.endsWith('++') ? {} : { final_sigmas_type: 'sigma_min' }),
  },
});

const NOISY = { eta: 1 } as const;

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

/** `disable_corrector` is a list of steps; we support lists of the first n steps. */
const uncorrected: Link = {
  key: 'disable_corrector',
  setting: 'uncorrectedSteps',
  read: (value) => (Array.isArray(value) ? value.length : undefined),
  write: (value) => Array.from({ length: Number(value) }, (_, step) => step),
};

/** Keys of consistency models. Their timesteps are taken from the grid of the distillation. */
const consistencyKeys = {
  ...betas({ ...LATENT, schedule: 'scaled_linear' }),
  ...clipping(false),
  ...timesteps('leading'),
  ...prediction(),
  ...thresholding,
  ...zeroSnr,
  original_inference_steps: v.optional(positiveWhole, 50),
  // The last step returns the image for every value of this key.
  set_alpha_to_one: flag(true),
  timestep_scaling: v.optional(v.pipe(finite, v.minValue(0.01), v.maxValue(1000)), 10),
};

const consistencyLinks: readonly Link[] = [
  same('original_inference_steps', 'originalSteps'),
  same('timestep_scaling', 'timestepScaling'),
];

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

/** The classes whose prediction cannot be x_0. */
const NOT_SAMPLE = ['epsilon', 'v_prediction'] as const;

/** The supported scheduler classes of diffusers by name. A new one is an entry here. */
const SCHEDULER_CLASSES = {
  DDPMScheduler: {
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
  } as SchedulerClass,
  DDIMScheduler: {
    process: 'diffusion',
    keys: {
      ...betas({ schedules: DDPM_BETA_SCHEDULES }),
      ...prediction(),
      ...clipping(true),
      ...timesteps('leading'),
      ...zeroSnr,
      ...thresholding,
      set_alpha_to_one: flag(true),
      // Earlier versions of isonoise wrote this key for this class too.
      variance_type: v.exactOptional(variances),
      ...legacy,
    },
    modes: [{ sampler: 'ddim' }],
    spacing: { endsNoisy: ALPHA_NOT_ONE },
  } as SchedulerClass,
  // Requests of a model with this class draw with DDIM, unless they name the sampler that inverts it.
  DDIMInverseScheduler: {
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
  } as SchedulerClass,
  EulerDiscreteScheduler: {
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
  } as SchedulerClass,
  EulerAncestralDiscreteScheduler: kDiffusion(
    'euler-ancestral',
    { ...betas(), ...zeroSnr },
    NOT_SAMPLE,
  ) as SchedulerClass,
  HeunDiscreteScheduler: kDiffusion('heun', {
    ...betas(LATENT),
    ...grids,
    ...clipping(false),
  }) as SchedulerClass,
  KDPM2DiscreteScheduler: kDiffusion('dpm2', { ...betas(LATENT), ...grids }, NOT_SAMPLE) as SchedulerClass,
  KDPM2AncestralDiscreteScheduler: kDiffusion(
    'dpm2-ancestral',
    { ...betas(LATENT), ...grids },
    NOT_SAMPLE,
  ) as SchedulerClass,
  LMSDiscreteScheduler: kDiffusion('lms', { ...betas(), ...grids }) as SchedulerClass,
  DPMSolverSDEScheduler: kDiffusion(
    'dpmpp-sde',
    {
      ...betas(LATENT),
      ...grids,
      // Noise comes from the seed of a request.
      noise_sampler_seed: v.optional(v.nullable(whole), null),
    },
    NOT_SAMPLE,
  ) as SchedulerClass,
  PNDMScheduler: {
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
  } as SchedulerClass,
  DPMSolverMultistepScheduler: {
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
  } as SchedulerClass,
  DPMSolverMultistepInverseScheduler: {
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
  } as SchedulerClass,
  DPMSolverSinglestepScheduler: {
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
  } as SchedulerClass,
  DEISMultistepScheduler: {
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
  } as SchedulerClass,
  UniPCMultistepScheduler: {
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
  } as SchedulerClass,
  SASolverScheduler: {
    process: 'diffusion',
    keys: {
      ...betas(),
      predictor_order: choice([1, 2, 3, 4], 2),
      corrector_order: choice([1, 2, 3], 2),
      ...prediction(),
      // diffusers draws noise if 200 ≤ t ≤ 800; our sampler uses the same shares of T.
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
  } as SchedulerClass,
  LCMScheduler: {
    process: 'diffusion',
    keys: consistencyKeys,
    modes: [{ sampler: 'lcm' }],
    links: consistencyLinks,
    spacing: { rule: 'trailing' },
  } as SchedulerClass,
  TCDScheduler: {
    process: 'diffusion',
    keys: consistencyKeys,
    modes: [{ sampler: 'tcd' }],
    links: consistencyLinks,
    spacing: { rule: 'trailing' },
  } as SchedulerClass,
  FlowMatchEulerDiscreteScheduler: {
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
  } as SchedulerClass,
  FlowMatchHeunDiscreteScheduler: {
    process: 'flow',
    keys: { num_train_timesteps: v.optional(positiveWhole, 1000), shift: v.optional(finite, 1) },
    modes: [{ sampler: 'flow-heun' }],
    spacing: { rule: 'linspace' },
  } as SchedulerClass,
} as const;

export type SchedulerClassName = keyof typeof SCHEDULER_CLASSES;

/** The names of {@link SCHEDULER_CLASSES}. */
export const schedulerClassNames: readonly SchedulerClassName[] = Object.freeze(
  Object.keys(SCHEDULER_CLASSES) as SchedulerClassName[],
);

/** Why a class is rejected, and what to do about it. */
interface Refusal {
  readonly reason: string;
  readonly advice: string;
}

const EDM: Refusal = {
  reason: 'its noise levels are those of EDM, not of a schedule of timesteps',
  advice: 'Sample the model with diffusers.',
};

/** Classes that are known and cannot be supported. */
export const REFUSED_CLASSES: Readonly<Record<string, Refusal>> = {
  IPNDMScheduler: {
    reason:
      'it has a continuous noise schedule of its own, sigma = sin²(πs/2) with s from 1 to 0, and gives the network times from 1 to 0',
    advice:
      'Use diffusers to sample a model that was trained on this schedule. For a model that was trained on whole timesteps, ' +
      'state DDPMScheduler with the betas of its training, and choose the sampler ipndm, which is the same method.',
  },
  CosineDPMSolverMultistepScheduler: EDM,
  EDMEulerScheduler: EDM,
  EDMDPMSolverMultistepScheduler: EDM,
};

/** The declaration of a class. */
export const schedulerClass = (name: SchedulerClassName): SchedulerClass => SCHEDULER_CLASSES[name];

/** Finds the class that has a sampler, and the keys that select it. */
export function classWith(
  sampler: SamplerName,
): { readonly name: SchedulerClassName; readonly mode: Mode } | undefined {
  for (const name of schedulerClassNames) {
    const mode = schedulerClass(name).modes.find((each) => each.sampler === sampler);
    if (mode !== undefined) return { name, mode };
  }
  return undefined;
}

/** Whether keys have the values that a mode needs. */
export const hasKeys = (config: JsonObject, { keys = {} }: Mode): boolean =>
  Object.entries(keys).every(([key, value]: readonly [string, JsonValue]) => config[key] === value);
