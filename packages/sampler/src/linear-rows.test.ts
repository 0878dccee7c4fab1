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
import { describe, expect, it } from 'vitest';
import { followRows } from '../testdata/follow-rows.ts';
import {
  type LinearCase,
  type LinearRun,
  linearRowClasses,
  readLinearRows,
} from '../testdata/linear-rows.ts';
import { spacingOfConfig } from '../testdata/spacing-of-config.ts';
import type { Row } from './row.ts';
import { type SamplerName, samplers } from './sampler-table.ts';
import type { SamplerSettings } from './settings.ts';

describe('rows of diffusers', () => {
  it.each(linearRowClasses())('of %s are complete', (name) => {
    const { class: className, cases, versions } = readLinearRows(name);
    expect(className).toBe(name);
    expect(versions.diffusers).toBe('0.42.1');
    expect(cases.filter(({ runs }) => runs.length > 0).length).toBeGreaterThanOrEqual(4);
    for (const [index, { config, runs, failures }] of cases.entries()) {
      expect(config._class_name).toBe(name);
      const counts = [...runs, ...failures].map(({ steps }) => steps).sort((a, b) => a - b);
      expect(counts).toEqual(index === 0 ? [2, 5, 20, 50, 999] : [2, 5, 20, 50]);
      for (const { steps, timesteps, rows } of runs) {
        const calls = rows.map(({ call }) => call);
        expect(calls.at(-1)).toBe(timesteps.length - 1);
        if (steps !== 999) expect(calls).toEqual(timesteps.map((_, k) => k));
        for (const { call, net = [], noise = [] } of rows) {
          expect(net.length).toBeLessThanOrEqual(call + 1);
          expect(noise.length).toBeLessThanOrEqual(call + 1);
        }
      }
    }
  });
});

// If ε is 0, x contains no noise, so x_0 = x / √ᾱ at every level: √(sigma² + 1) in these classes.
it.each([
  'EulerDiscreteScheduler',
  'HeunDiscreteScheduler',
  'KDPM2DiscreteScheduler',
  'LMSDiscreteScheduler',
])('%s keeps x / √ᾱ where ε is 0', (name) => {
  for (const { config, step, runs } of readLinearRows(name).cases) {
    if (config.prediction_type !== 'epsilon' || step.s_churn !== undefined) continue;
    for (const { sigmas = [], rows } of runs) {
      const [first = 0, last = 0] = [sigmas[0], sigmas.at(-1)];
      const factor = Math.sqrt(first ** 2 + 1) / Math.sqrt(last ** 2 + 1);
      expect((rows.at(-1)?.x ?? 0) / factor).toBeCloseTo(1, 6); // eight digits
    }
  }
});

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

const MATCHES: Readonly<Record<string, Match>> = {
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
const ipndmLevels = (steps: number): readonly Level[] =>
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
const hasWrongSign = ({ config }: LinearCase, name: string): boolean =>
  config.algorithm_type === 'sde-dpmsolver++' &&
  config.solver_order === 3 &&
  (name === 'DPMSolverMultistepScheduler' || config.solver_type === 'heun');

/** The levels that diffusers visits. */
function levelsFor(
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

const matches = Object.entries(MATCHES).flatMap(([name, match]) =>
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
function follow(
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

it('every class and every sampler has a run that is compared', () => {
  expect([...new Set(matches.map(({ name }) => name))]).toEqual(Object.keys(MATCHES));
  const compared = new Set<string>(matches.map(({ sampler: [name] }) => name));
  expect(Object.keys(samplers).filter((name) => !compared.has(name))).toEqual([]);
});

it('ipndm uses the first prediction of the network, but IPNDMScheduler an image of zeros', () => {
  const levels = ipndmLevels(5);
  const [first] = samplers.ipndm.rows({ schedule: createSchedule({ kind: 'linear' }), levels }, {});
  const [noise, next] = levels as [Level, Level];
  expect(noise).toMatchObject({ t: 1, alpha: 0, sigma: 1 });
  // x_0 = α x - σ v = -v, and ε = x: DDIM's step.
  const [found] = followRows(first === undefined ? [] : [first], {
    predictionType: 'v_prediction',
    start: Float64Array.of(1, 0),
    answer: () => Float64Array.of(0, 1),
  });
  expect([...(found ?? [])]).toEqual([next.sigma, -next.alpha]);
});

it.each(matches.filter(({ name }) => name.startsWith('Flow')))(
  'the network gets the times of diffusers for $name, case $index with $run.steps steps',
  ({ name, each, run }) => {
    const levels = levelsFor(name, each, run);
    const expected = run.timesteps.filter((t, k) => t !== run.timesteps[k - 1]);
    expect(levels).toHaveLength(expected.length + 1);
    // The files have eight digits.
    for (const [k, t] of expected.entries()) expect((levels[k]?.t ?? 0) / t).toBeCloseTo(1, 7);
  },
);

describe('the rows of diffusers', () => {
  it.each(matches)(
    'of $name, case $index with $run.steps steps, are ours',
    ({ name, each, run, sampler }) => {
      const found = follow(name, each, run, sampler);
      const calls = run.timesteps.length;
      expect(found).toHaveLength(calls);
      for (const { call, x, net = [], noise = [] } of run.rows) {
        if (call > 1 && hasWrongSign(each, name)) continue;
        const row = found[call] as Float64Array;
        const expected = new Float64Array(row.length);
        expected.set([x]);
        expected.set(net, 1);
        expected.set(noise, 1 + calls);
        // DDPMScheduler adds noise to the image itself if the last timestep is not 0; ours does not.
        if (name === 'DDPMScheduler' && call === calls - 1) expected[2 * calls] = 0;
        // Both sides are float64; the files have eight digits (5e-8). 1 - ᾱ cancels in diffusers.
        const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const error = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (row[i] ?? 0))), 0);
        expect({ call, error: error / largest, close: error <= 1e-7 * largest }).toMatchObject({
          close: true,
        });
      }
    },
  );
});

it('stochastic steps of order 3 of diffusers subtract the second difference instead of weighing it', () => {
  const found = matches.filter(({ name, each }) => hasWrongSign(each, name));
  const multistep = found.filter(
    ({ name, run }) => name === 'DPMSolverMultistepScheduler' && run.steps === 5,
  );
  expect(multistep).toHaveLength(1);
  for (const { name, each, run, sampler } of multistep) {
    const levels = levelsFor(name, each, run);
    const rows = follow(name, each, run, sampler);
    const calls = run.timesteps.length;
    const size = 1 + 2 * calls;
    const unit = (k: number): Float64Array => new Float64Array(size).fill(1, k, k + 1);
    const x0 = [0, 1, 2].map((k) => {
      const { alpha, sigma } = levels[k] as Level;
      const shown = k === 0 ? unit(0) : (rows[k - 1] as Float64Array);
      return shown.map((value, i) => (value - sigma * (unit(1 + k)[i] as number)) / alpha);
    });
    const [l0, l1, l2, to] = levels.map(({ lambda }) => lambda) as [number, number, number, number];
    const h = to - l2;
    const second = x0[2]?.map((value, i) => {
      const near = (value - (x0[1]?.[i] ?? 0)) / (l2 - l1);
      const far = ((x0[1]?.[i] ?? 0) - (x0[0]?.[i] ?? 0)) / (l1 - l0);
      return (h ** 2 * (near - far)) / (l2 - l0);
    });
    const { x, net = [], noise = [] } = run.rows[2] ?? { x: 0 };
    const theirs = new Float64Array(size);
    theirs.set([x]);
    theirs.set(net, 1);
    theirs.set(noise, 1 + calls);
    const { alpha } = levels[3] as Level;
    // The coefficients are up to 20 and have eight digits.
    for (const [i, value] of theirs.entries())
      expect(Math.abs(value - (rows[2]?.[i] ?? 0) + alpha * (second?.[i] ?? 0))).toBeLessThan(2e-6);
  }
});
