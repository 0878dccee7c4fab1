import {
  createSchedule,
  levelsOf,
  type PredictionType,
  type Schedule,
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

// With ε = 0 the network says that x is all signal, so x_0 = x / √ᾱ at every level: √(sigma² + 1) in these classes.
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
  const kind = KINDS[config.beta_schedule as keyof typeof KINDS];
  if (kind === 'cosine') return createSchedule({ kind });
  return createSchedule({ kind, betaStart: config.beta_start as number, betaEnd: config.beta_end as number });
}

/** Our sampler for a case; undefined for a case that has none here. */
type Match = (each: LinearCase) => readonly [SamplerName, SamplerSettings?] | undefined;

const SIMPLE = { midpoint: true, bh2: true, logrho: true } as const;
const GRIDS = ['use_karras_sigmas', 'use_exponential_sigmas', 'use_beta_sigmas', 'use_lu_lambdas'];
const MULTISTEP: Readonly<Record<string, SamplerName>> = {
  'dpmsolver++ 1': 'euler',
  'dpmsolver++ 2': 'dpmpp-2m',
  'dpmsolver++ 3': 'dpmpp-3m',
  'sde-dpmsolver++ 1': 'euler-ancestral',
  'sde-dpmsolver++ 2': 'dpmpp-2m-sde',
  'dpmsolver 2': 'dpm-2m',
};

const MATCHES: Readonly<Record<string, Match>> = {
  DDPMScheduler: ({ config }) => [
    'ddpm',
    { variance: config.variance_type === 'fixed_large' ? 'fixedLarge' : 'fixedSmall' },
  ],
  DDIMScheduler: ({ step }) => ['ddim', { eta: step.eta ?? 0 }],
  EulerDiscreteScheduler: ({ step }) => (step.s_churn === undefined ? ['euler'] : undefined),
  EulerAncestralDiscreteScheduler: () => ['euler-ancestral'],
  HeunDiscreteScheduler: () => ['heun'],
  DPMSolverMultistepScheduler: ({ config }) => {
    const name = MULTISTEP[`${config.algorithm_type} ${config.solver_order}`];
    return name === undefined || config.lower_order_final === false ? undefined : [name];
  },
  DPMSolverSinglestepScheduler: ({ config }) =>
    config.algorithm_type === 'dpmsolver++' && config.solver_order === 2 ? ['dpmpp-2s'] : undefined,
  LMSDiscreteScheduler: ({ step }) => (step.order === undefined ? ['lms'] : undefined),
  // diffusers extrapolates the answers, also where they are not ε.
  PNDMScheduler: ({ config }) =>
    config.skip_prk_steps === true && config.prediction_type === 'epsilon' ? ['plms'] : undefined,
  DEISMultistepScheduler: ({ config }) =>
    config.solver_order === 2 ? ['deis'] : config.solver_order === 1 ? ['euler'] : undefined,
  UniPCMultistepScheduler: ({ config }) =>
    config.solver_order === 2 && config.predict_x0 === true && String(config.disable_corrector) === ''
      ? ['unipc']
      : undefined,
};

/** Classes that go from t to t - ⌊T/n⌋, which is not the next timestep of linspace. */
const FIXED_STRIDE = ['DDIMScheduler', 'PNDMScheduler'];

/** Whether a run has the grid and the forms of our samplers. */
function isOurs(each: LinearCase, { timesteps }: LinearRun, name: string): boolean {
  const { config } = each;
  if (GRIDS.some((key) => config[key] === true) || config.rescale_betas_zero_snr === true) return false;
  if (config.solver_type !== undefined && !Object.hasOwn(SIMPLE, String(config.solver_type))) return false;
  if (config.set_alpha_to_one === false && name !== 'PNDMScheduler') return false;
  if (FIXED_STRIDE.includes(name) && config.timestep_spacing === 'linspace') return false;
  // Ours begin with a step of first order where nothing of the image can be seen.
  const isBlank = (scheduleOf(each).sqrtAlphaBars[timesteps[0] as number] ?? 0) < 1e-3;
  if (isBlank && (name === 'PNDMScheduler' || name === 'HeunDiscreteScheduler')) return false;
  return timesteps.every(Number.isInteger);
}

/** Whether diffusers ends at the level of timestep 0, and not at the image. */
const endsNoisy = ({ config }: LinearCase, name: string): boolean =>
  config.final_sigmas_type === 'sigma_min' ||
  name === 'DEISMultistepScheduler' ||
  (name === 'PNDMScheduler' && config.set_alpha_to_one !== true);

const matches = Object.entries(MATCHES).flatMap(([name, match]) =>
  readLinearRows(name).cases.flatMap((each, index) => {
    const sampler = match(each);
    const runs = each.runs.filter((run) => isOurs(each, run, name));
    return sampler === undefined ? [] : runs.map((run) => ({ name, index, each, run, sampler }));
  }),
);

/** Takes the rows over unit vectors: x_T, the answer at each call, the noise at each call. */
function follow(
  each: LinearCase,
  run: LinearRun,
  [name, settings = {}]: ReturnType<Match> & object,
): Float64Array[] {
  const schedule = scheduleOf(each);
  const spacing = run.timesteps.filter((t, k) => t !== run.timesteps[k - 1]);
  const levels = levelsOf(schedule, timestepPairs({ spacing, numTrainTimesteps: 1000 }));
  const calls = run.timesteps.length;
  const unit = (k: number): Float64Array => new Float64Array(1 + 2 * calls).fill(1, k, k + 1);
  return followRows(samplers[name].rows({ schedule, levels }, settings), {
    predictionType: each.config.prediction_type as PredictionType,
    start: unit(0),
    answer: (k) => unit(1 + k),
    noise: (k) => unit(1 + calls + k),
  });
}

it('each class has a run that is compared, and each sampler but ipndm', () => {
  expect([...new Set(matches.map(({ name }) => name))]).toEqual(Object.keys(MATCHES));
  // IPNDMScheduler has a schedule of its own.
  const compared = new Set<string>(matches.map(({ sampler: [name] }) => name));
  expect(Object.keys(samplers).filter((name) => !compared.has(name))).toEqual(['ipndm']);
});

describe('the rows of diffusers', () => {
  it.each(matches)(
    'of $name, case $index with $run.steps steps, are ours',
    ({ name, each, run, sampler }) => {
      const found = follow(each, run, sampler);
      const calls = run.timesteps.length;
      expect(found).toHaveLength(calls);
      for (const { call, x, net = [], noise = [] } of run.rows) {
        if (call === calls - 1 && endsNoisy(each, name)) continue;
        const row = found[call] as Float64Array;
        const expected = new Float64Array(row.length);
        expected.set([x]);
        expected.set(net, 1);
        expected.set(noise, 1 + calls);
        // DDPMScheduler adds noise to the image itself if the last timestep is not 0; ours does not.
        if (call === calls - 1) expected[2 * calls] = 0;
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
