import { SHIFT_RANGE } from '@isonoise/schedule';
import type { Setting, ValueOf } from './setting.ts';

/**
 * The settings of samplers, each declared once, in the order of help and forms. A new setting is a row here and a
 * default in each sampler that has it.
 */
export const samplerSettings = {
  /** The share of fresh noise in a step. */
  eta: {
    kind: 'number',
    least: 0,
    most: 1,
    label: 'Noise η',
    help: 'share of fresh noise in each step; 0 draws none, 1 as much as ddpm',
  },
  /**
   * Whether DDIM uses the ε of the clipped x_0, as in OpenAI's code, instead of the predicted ε, as in `diffusers`. The
   * predicted ε contains the amount that clipping removes from x_0, with the opposite sign. This amount grows with guidance
   * and distorts guided images.
   */
  epsFromClipped: {
    kind: 'boolean',
    label: 'Noise from the clipped estimate',
    help: 'whether a step derives its noise from the clipped estimate of the image; diffusers does not',
  },
  /**
   * The variance σ² of DDPM's reverse step (Ho et al. section 3.2).
   *
   * - `fixedSmall`: β̃, the variance of the posterior. It is exact if the data are a single point.
   * - `fixedLarge`: β. It is exact if the data are normally distributed.
   * - `learnedRange`, `learned`, `learnedLog`: the second half of the network's output (Nichol & Dhariwal 2021). In
   *   this order, the output interpolates log σ² between β̃ and β, is σ² (as in diffusers), or is log σ² (as in
   *   OpenAI's code).
   */
  variance: {
    kind: 'choice',
    choices: {
      fixedSmall: 'Small: β̃ of the posterior',
      fixedLarge: 'Large: β',
      learnedRange: "The network's, between β̃ and β",
      learned: "The network's",
      learnedLog: "The network's, as a logarithm",
    },
    label: 'Variance of a step',
    help: 'variance of a step: that of the posterior (small), of the forward process (large), or of the network (learned)',
    fromModel: true,
  },
  /** The largest number of predictions that a step uses. */
  order: { kind: 'integer', least: 1, most: 4, label: 'Order', help: 'predictions that a step combines' },
  /**
   * Number of predictions that a correction combines, including the prediction at the end of the corrected step.
   */
  correctorOrder: {
    kind: 'integer',
    least: 1,
    most: 4,
    label: 'Order of the corrector',
    help: 'predictions that a correction combines',
  },
  solverType: {
    kind: 'choice',
    choices: { midpoint: 'Midpoint', heun: 'Heun: the integral of the line' },
    label: 'Second-order rule',
    help: 'how steps of DPM-Solver weigh the slope between two predictions',
  },
  /** B(h) of UniPC (Zhao et al. 2023). It affects only steps of order 2 and corrections of order 1. */
  bh: {
    kind: 'choice',
    choices: { bh1: 'bh1: h', bh2: 'bh2: e^h - 1' },
    label: 'Weight B(h)',
    help: 'how UniPC weighs the slope between two predictions; bh1 for few steps without guidance',
  },
  predictX0: {
    kind: 'boolean',
    label: 'Extrapolate the image',
    help: 'whether steps extrapolate the estimates of the image, which is more stable, or those of the noise',
  },
  /** Multistep DPM-Solver and DEIS apply this setting only in runs of fewer than 15 steps. */
  lowerOrderFinal: {
    kind: 'boolean',
    label: 'Lower order at the end',
    help: 'whether the order falls in the last steps, which is more stable with few steps',
  },
  /** A step to the image itself always has order 1. */
  eulerAtFinal: {
    kind: 'boolean',
    label: 'First order in the last step',
    help: 'whether the last step has order 1 even if it leaves noise',
  },
  uncorrectedSteps: {
    kind: 'integer',
    least: 0,
    most: 1000,
    unit: 'steps',
    label: 'Uncorrected steps',
    help: 'steps at the start that UniPC does not correct; 1 or 2 with strong guidance',
  },
  /** Shift of flow matching, σ' = s σ / (1 + (s - 1) σ) (Esser et al. 2024, eq. 23). It replaces the shift of the schedule. */
  shift: {
    kind: 'number',
    least: SHIFT_RANGE.low as number,
    most: SHIFT_RANGE.high as number,
    label: 'Shift',
    help: 'above 1, more steps are at high noise levels, which suits large images; below 1, fewer',
    fromModel: true,
  },
  /** S_churn of Karras et al. 2022, Algorithm 2; the next three settings restrict and scale it. */
  sChurn: {
    kind: 'number',
    least: 0,
    most: 1000,
    label: 'Churn',
    help: 'total noise added before the steps; each step raises σ/α by churn/steps, at most by 41 %',
  },
  sTMin: {
    kind: 'number',
    least: 0,
    most: 1e6,
    label: 'Churn from σ/α',
    help: 'smallest σ/α with churn',
    needs: 'sChurn',
    atMost: 'sTMax',
  },
  sTMax: {
    kind: 'number',
    least: 0,
    none: 'no limit',
    label: 'Churn up to σ/α',
    help: 'largest σ/α with churn',
    needs: 'sChurn',
  },
  sNoise: {
    kind: 'number',
    least: 0,
    most: 2,
    label: 'Churn noise',
    help: 'standard deviation of the noise that churn adds',
    needs: 'sChurn',
  },
  /** `original_inference_steps` of diffusers; its times replace the spacing. */
  originalSteps: {
    kind: 'integer',
    least: 1,
    none: 'the steps of the spacing',
    unit: 'steps',
    label: 'Steps of the distillation',
    help: 'number of steps of the grid on which a consistency model was distilled; the run takes its steps from this grid',
  },
  /** `timestep_scaling` of diffusers. */
  timestepScaling: {
    kind: 'number',
    least: 0.01,
    most: 1000,
    label: 'Scale of the boundary condition',
    help: 'factor of the timestep in the boundary condition of a consistency model, as in its distillation',
  },
  /** Dynamic thresholding (Saharia et al. 2022). All samplers have this setting and the next two. */
  thresholding: {
    kind: 'boolean',
    label: 'Dynamic thresholding',
    help: 'whether each step scales estimates of the image that exceed [-1, 1] instead of clipping them',
    fromModel: true,
  },
  thresholdRatio: {
    kind: 'number',
    least: 0,
    most: 1,
    label: 'Threshold quantile',
    help: 'share of the values of an image that dynamic thresholding does not clip',
    fromModel: true,
    needs: 'thresholding',
  },
  thresholdMax: {
    kind: 'number',
    least: 1,
    most: 1e6,
    label: 'Largest threshold',
    help: 'largest value that dynamic thresholding scales to 1; larger values are clipped; 1 only clips',
    fromModel: true,
    needs: 'thresholding',
  },
} as const;

export type SettingName = keyof typeof samplerSettings;

/** The values of all settings. */
export type SettingValues = { readonly [K in SettingName]: ValueOf<(typeof samplerSettings)[K]> };

/** Settings of a sampler, as a JSON object. An absent setting has the default of the sampler. */
export type SamplerSettings = { readonly [K in SettingName]?: SettingValues[K] | undefined };

/** The settings that were given. */
export type GivenSettings = Partial<SettingValues>;

export type DdpmVariance = SettingValues['variance'];
/** Whether a variance, by its name, comes from the network. */
export const isLearned = (variance: string): boolean => variance.startsWith('learned');

export type SolverType = SettingValues['solverType'];
export type BhType = SettingValues['bh'];

/** The declaration of a setting. */
export const settingOf = (name: SettingName): Setting => samplerSettings[name];

/** The names of all settings. */
export const settingNames: readonly SettingName[] = Object.freeze(
  Object.keys(samplerSettings) as SettingName[],
);

/** Maps each setting to a value. */
export function mapSettings<T>(make: (setting: Setting, name: SettingName) => T): {
  readonly [K in SettingName]: T;
} {
  const entries = settingNames.map((name) => [name, make(settingOf(name), name)] as const);
  return Object.fromEntries(entries) as { [K in SettingName]: T };
}

/** Picks the sampler settings of a request; settings that are not given stay absent. */
export function pickSettings(request: SamplerSettings): GivenSettings {
  return Object.fromEntries(
    settingNames.flatMap((name) => (request[name] === undefined ? [] : [[name, request[name]]])),
  );
}
