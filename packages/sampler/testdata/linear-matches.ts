// Which runs of diffusers are runs of our samplers, and how far their rows are apart.
import {
  CLEAN,
  createSchedule,
  type Level,
  levelAt,
  levelsOf,
  type PredictionType,
  type Schedule,
  spacedSteps,
  timesOf,
  timestepPairs,
} from '@isonoise/schedule';
import type { Row } from '../src/row.ts';
import { type SamplerName, samplers } from '../src/sampler-table.ts';
import type { SamplerSettings } from '../src/settings.ts';
import { followRows } from './follow-rows.ts';
import { type LinearCase, type LinearRun, readLinearRows } from './linear-rows.ts';
import { spacingOfConfig } from './spacing-of-config.ts';

const KINDS = { linear: 'linear', scaled_linear: 'scaledLinear', squaredcos_cap_v2: 'cosine' } as const;

function scheduleOf({ config }: LinearCase): Schedule {
  if (config.beta_schedule === undefined)
    return createSchedule({ kind: 'flow', shift: config.shift as number });
  const kind = KINDS[config.beta_schedule as keyof typeof KINDS];
  const zeroTerminalSnr = config.rescale_betas_zero_snr === true;
  if (kind === 'cosine') return createSchedule({ kind, zeroTerminalSnr });
  const [betaStart, betaEnd] = [config.beta_start as number, config.beta_end as number];
  return createSchedule({ kind, betaStart, betaEnd, zeroTerminalSnr });
}

/** Our sampler for a run; undefined if no sampler corresponds to it. */
type Match = (each: LinearCase, run: LinearRun) => readonly [SamplerName, SamplerSettings?] | undefined;

const SIMPLE = { midpoint: true, bh2: true, logrho: true } as const;
const MULTISTEP: Readonly<Record<string, SamplerName>> = {
  'dpmsolver++ 1': 'euler',
  'dpmsolver++ 2': 'dpmpp-2m',
  'dpmsolver++ 3': 'dpmpp-3m',
  'sde-dpmsolver++ 1': 'euler-ancestral',
  'sde-dpmsolver++ 2': 'dpmpp-2m-sde',
  'sde-dpmsolver++ 3': 'dpmpp-3m-sde',
  'dpmsolver 1': 'euler',
  'dpmsolver 2': 'dpm-2m',
  'dpmsolver 3': 'dpm-3m',
  'sde-dpmsolver 2': 'dpm-2m-sde',
};
const SINGLESTEP: Readonly<Record<string, SamplerName>> = {
  'dpmsolver++ 1': 'euler',
  'dpmsolver++ 2': 'dpmpp-2s',
  'dpmsolver++ 3': 'dpmpp-3s',
  'sde-dpmsolver++ 2': 'dpmpp-2s',
  'sde-dpmsolver++ 3': 'dpmpp-3s',
  'dpmsolver 2': 'dpm-2s',
  'dpmsolver 3': 'dpm-3s',
};

/** Converts a configuration to our settings; settings that the sampler does not have are ignored. */
function settingsFrom({ config }: LinearCase, { changed = {} }: LinearRun): SamplerSettings {
  const isUniPc = config._class_name === 'UniPCMultistepScheduler';
  const type = config.solver_type;
  return {
    order: (config.solver_order ?? config.predictor_order) as number,
    correctorOrder: config.corrector_order as number,
    solverType: type === 'heun' ? 'heun' : 'midpoint',
    bh: type === 'bh1' ? 'bh1' : 'bh2',
    predictX0: isUniPc ? (config.predict_x0 as boolean) : config.algorithm_type !== 'noise_prediction',
    lowerOrderFinal: { ...config, ...changed }.lower_order_final as boolean,
    eulerAtFinal: config.euler_at_final as boolean,
    uncorrectedSteps: isUniPc ? (config.disable_corrector as readonly number[]).length : 0,
    eta:
      String(config.algorithm_type).startsWith('sde-') || config._class_name === 'SASolverScheduler' ? 1 : 0,
  };
}

const solverOf =
  (names: Readonly<Record<string, SamplerName>>): Match =>
  (each, run) => {
    const name = names[`${each.config.algorithm_type} ${each.config.solver_order}`];
    return name === undefined ? undefined : [name, settingsFrom(each, run)];
  };

export const MATCHES: Readonly<Record<string, Match>> = {
  DDPMScheduler: ({ config }) => [
    'ddpm',
    { variance: config.variance_type === 'fixed_large' ? 'fixedLarge' : 'fixedSmall' },
  ],
  DDIMScheduler: ({ step }) => ['ddim', { eta: step.eta ?? 0 }],
  DDIMInverseScheduler: () => ['ddim-inverse'],
  // diffusers adds the noise of churn after the network call; churn.test.ts has the closed form of ours.
  EulerDiscreteScheduler: ({ step }) => (step.s_churn === undefined ? ['euler'] : undefined),
  EulerAncestralDiscreteScheduler: () => ['euler-ancestral'],
  HeunDiscreteScheduler: () => ['heun'],
  DPMSolverMultistepScheduler: solverOf(MULTISTEP),
  DPMSolverMultistepInverseScheduler: (each, run) => [
    'dpmpp-2m-inverse',
    { ...settingsFrom(each, run), predictX0: each.config.algorithm_type === 'dpmsolver++' },
  ],
  DPMSolverSinglestepScheduler: solverOf(SINGLESTEP),
  LMSDiscreteScheduler: ({ step }) => ['lms', { order: step.order ?? 4 }],
  KDPM2DiscreteScheduler: () => ['dpm2'],
  KDPM2AncestralDiscreteScheduler: () => ['dpm2-ancestral'],
  DPMSolverSDEScheduler: () => ['dpmpp-sde'],
  LCMScheduler: ({ config }) => ['lcm', { timestepScaling: config.timestep_scaling as number }],
  TCDScheduler: ({ step }) => ['tcd', { eta: step.eta ?? 0.3 }],
  // diffusers extrapolates the outputs even if they are not ε.
  PNDMScheduler: ({ config }) =>
    config.prediction_type !== 'epsilon' ? undefined : config.skip_prk_steps === true ? ['plms'] : ['pndm'],
  DEISMultistepScheduler: (each, run) => ['deis', settingsFrom(each, run)],
  UniPCMultistepScheduler: (each, run) => ['unipc', settingsFrom(each, run)],
  IPNDMScheduler: () => ['ipndm'],
  SASolverScheduler: (each, run) => ['sa-solver', settingsFrom(each, run)],
  FlowMatchEulerDiscreteScheduler: ({ config }) =>
    config.stochastic_sampling === true || config.shift_terminal !== null ? undefined : ['flow-euler'],
  FlowMatchHeunDiscreteScheduler: () => ['flow-heun'],
};

/**
 * Classes whose sigmas are stored with all digits. Their rows depend only on the sigmas, so they are compared on every grid.
 * Each level occurs once or, in classes with two calls a step, twice.
 */
const CALLS_A_STEP: Readonly<Record<string, number>> = {
  EulerDiscreteScheduler: 1,
  EulerAncestralDiscreteScheduler: 1,
  LMSDiscreteScheduler: 1,
  HeunDiscreteScheduler: 2,
  KDPM2DiscreteScheduler: 2,
  KDPM2AncestralDiscreteScheduler: 2,
  DPMSolverSDEScheduler: 2,
  DPMSolverMultistepScheduler: 1,
  DPMSolverMultistepInverseScheduler: 1,
  DPMSolverSinglestepScheduler: 1,
  DEISMultistepScheduler: 1,
  UniPCMultistepScheduler: 1,
  SASolverScheduler: 1,
};

/** The levels of IPNDMScheduler, which has no other schedule: σ = sin²(π s / 2), with s from 1, pure noise, to 0. */
export const ipndmLevels = (steps: number): readonly Level[] =>
  Array.from({ length: steps + 1 }, (_, k) => {
    if (k === steps) return CLEAN;
    const sigma = k === 0 ? 1 : Math.sin(((1 - k / steps) * Math.PI) / 2) ** 2;
    const alpha = Math.sqrt(1 - sigma * sigma);
    return { t: (Math.atan2(sigma, alpha) / Math.PI) * 2, alpha, sigma, lambda: Math.log(alpha / sigma) };
  });

/** Classes that go from t to t - ⌊T/n⌋, which is not the next timestep of linspace. */
const FIXED_STRIDE = ['DDIMScheduler', 'PNDMScheduler'];

/** Samplers whose first step has order 1 if the image is not visible at its level. */
const FIRST_ORDER_WHERE_BLANK: readonly SamplerName[] = [
  'heun',
  'dpm2',
  'dpm2-ancestral',
  'dpmpp-sde',
  'plms',
  'pndm',
];

/** Whether our samplers support the grid and the options of a run. */
function isOurs(each: LinearCase, run: LinearRun, name: string, sampler: SamplerName): boolean {
  const { config } = each;
  const isBlank = (levelsFor(name, each, run)[0]?.alpha ?? 0) < 1e-3;
  if (isBlank && FIRST_ORDER_WHERE_BLANK.includes(sampler)) return false;
  if (Object.hasOwn(CALLS_A_STEP, name) || name === 'IPNDMScheduler') return true;
  if (config.beta_schedule === undefined) return config.use_karras_sigmas !== true;
  if (config.solver_type !== undefined && !Object.hasOwn(SIMPLE, String(config.solver_type))) return false;
  if (FIXED_STRIDE.includes(name) && config.timestep_spacing === 'linspace') return false;
  // With 999 steps, steps are one timestep long, and diffusers rounds half of this to 0 timesteps.
  return !(sampler === 'pndm' && run.steps === 999);
}

/** Whether diffusers ends at the level of timestep 0, and not at the image. */
const endsNoisy = ({ config }: LinearCase, name: string): boolean =>
  name === 'TCDScheduler' ||
  (name === 'DDIMScheduler' && config.set_alpha_to_one === false) ||
  (name === 'PNDMScheduler' && config.set_alpha_to_one !== true);

/** diffusers has the wrong sign of a term in stochastic steps of order 3, which begin at call 2. */
export const hasWrongSign = ({ config }: LinearCase, name: string): boolean =>
  config.algorithm_type === 'sde-dpmsolver++' &&
  config.solver_order === 3 &&
  (name === 'DPMSolverMultistepScheduler' || config.solver_type === 'heun');

/** The levels that diffusers visits. */
export function levelsFor(
  name: string,
  each: LinearCase,
  { steps, timesteps, sigmas = [] }: LinearRun,
): readonly Level[] {
  if (name === 'IPNDMScheduler') return ipndmLevels(steps);
  const calls = CALLS_A_STEP[name];
  if (calls !== undefined) {
    const once = calls === 1 ? sigmas : sigmas.filter((ratio, k) => ratio !== sigmas[k - 1]);
    // DPMSolverMultistepInverseScheduler leaves out timesteps that round to the same, and then the last sigmas.
    const visited = calls === 1 ? once.slice(0, timesteps.length + 1) : once;
    return visited.map((ratio, k) => {
      if (ratio === 0) return CLEAN;
      const alpha = 1 / Math.hypot(ratio, 1);
      return { t: timesteps[calls * k] ?? 0, alpha, sigma: ratio * alpha, lambda: -Math.log(ratio) };
    });
  }
  const schedule = scheduleOf(each);
  if (name === 'DDIMInverseScheduler') {
    const first = each.config.set_alpha_to_one === false ? levelAt(schedule, 0) : CLEAN;
    return [first, ...timesteps.map((t) => levelAt(schedule, t))];
  }
  // For flow matching, the rule itself is tested: it must give the timesteps of diffusers.
  if (schedule.process === 'flow') return levelsOf(schedule, spacedSteps(schedule, 'linspace', steps));
  // Fractional timesteps are stored with few digits, so they are computed by the rule.
  if (!timesteps.every(Number.isInteger)) {
    const { end: _, ...spacing } = spacingOfConfig(each);
    return levelsOf(schedule, spacedSteps(schedule, spacing, steps));
  }
  const isMiddle = (t: number): boolean =>
    name === 'PNDMScheduler' &&
    each.config.skip_prk_steps !== true &&
    MIDDLES.some((k) => timesteps[k] === t);
  const spacing = timesteps.filter((t, k) => !(t >= (timesteps[k - 1] ?? 1000)) && !isMiddle(t));
  const levels = levelsOf(schedule, timestepPairs({ spacing, ...timesOf(schedule.config) }));
  return endsNoisy(each, name) ? [...levels.slice(0, -1), levelAt(schedule, 0)] : levels;
}

/** The calls at which the three Runge-Kutta steps of PNDM first visit their middle. */
const MIDDLES = [1, 5, 9];

/** A run of diffusers and our sampler for it. */
export interface LinearMatch {
  /** The class of diffusers. */
  readonly name: string;
  /** Index of the configuration. */
  readonly index: number;
  readonly each: LinearCase;
  readonly run: LinearRun;
  readonly sampler: readonly [SamplerName, SamplerSettings?];
}

export const matches: readonly LinearMatch[] = Object.entries(MATCHES).flatMap(([name, match]) =>
  readLinearRows(name).cases.flatMap((each, index) => {
    return each.runs.flatMap((run) => {
      const sampler = match(each, run);
      if (sampler === undefined || !isOurs(each, run, name, sampler[0])) return [];
      return [{ name, index, each, run, sampler }];
    });
  }),
);

const shiftOf = ({ config }: LinearCase): SamplerSettings =>
  config.beta_schedule === undefined ? { shift: config.shift as number } : {};

/** IPNDMScheduler computes ε as α x + …, which is the rule for v. */
const predictionOf = (className: string, { config }: LinearCase): PredictionType =>
  className === 'IPNDMScheduler' ? 'v_prediction' : ((config.prediction_type ?? 'flow') as PredictionType);

/**
 * Removes the network's prediction from the first row. IPNDMScheduler computes (x - σ ε) / max(α, 1e-8), and x - σ ε and α
 * are 0 at pure noise, so x_0 is 0 in its first step.
 */
const withoutFirstAnswer = (rows: readonly Row[], levels: readonly Level[]): readonly Row[] =>
  rows.map((row, k) => (k === 0 ? { ...row, next: { x: levels[1]?.sigma ?? 0 } } : row));

/** Runs the rows on unit vectors for x_T, the prediction at each call and the noise at each call. */
export function follow(
  className: string,
  each: LinearCase,
  run: LinearRun,
  [name, settings = {}]: ReturnType<Match> & object,
): Float64Array[] {
  const schedule = scheduleOf(each);
  const levels = levelsFor(className, each, run);
  const calls = run.timesteps.length;
  const unit = (k: number): Float64Array => new Float64Array(1 + 2 * calls).fill(1, k, k + 1);
  const drawn = (row: number): Float64Array => unit(1 + calls + row);
  const rows = samplers[name].rows({ schedule, levels }, { ...settings, ...shiftOf(each) });
  return followRows(className === 'IPNDMScheduler' ? withoutFirstAnswer(rows, levels) : rows, {
    predictionType: predictionOf(className, each),
    start: unit(0),
    answer: (k) => unit(1 + k),
    noise: ({ step, draw, row }) => {
      if (name !== 'dpmpp-sde' || row % 2 === 0) return drawn(row);
      // The noises of a step are increments of one Brownian path to the middle and to the end, each divided by its
      // deviation. Our second draw is the increment from the middle to the end.
      const [from, to] = [levels[step], levels[step + 1]].map(({ alpha, sigma } = CLEAN) => sigma / alpha);
      const share =
        ((from as number) - Math.sqrt((from as number) * (to as number))) /
        ((from as number) - (to as number));
      const [first, whole] = [drawn(row - 1), drawn(row)];
      return draw === 0
        ? first
        : whole.map((value, i) => (value - Math.sqrt(share) * (first[i] as number)) / Math.sqrt(1 - share));
    },
  });
}

/** The largest difference of each row that is compared, relative to the largest coefficient of the row. */
export function rowErrors({ name, each, run, sampler }: LinearMatch): readonly { call: number; error: number }[] {
  const found = follow(name, each, run, sampler);
  const calls = run.timesteps.length;
  return run.rows.flatMap(({ call, x, net = [], noise = [] }) => {
    if (call > 1 && hasWrongSign(each, name)) return [];
    const row = found[call] as Float64Array;
    const expected = new Float64Array(row.length);
    expected.set([x]);
    expected.set(net, 1);
    expected.set(noise, 1 + calls);
    // DDPMScheduler adds noise to the image itself if the last timestep is not 0; ours does not.
    if (name === 'DDPMScheduler' && call === calls - 1) expected[2 * calls] = 0;
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const error = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (row[i] ?? 0))), 0);
    return [{ call, error: error / largest }];
  });
}
