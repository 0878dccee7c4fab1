import {
  createSchedule,
  type PredictionType,
  type Schedule,
  type Spacing,
  timestepPairs,
} from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import {
  type LinearCase,
  type LinearRun,
  linearRowClasses,
  readLinearRows,
} from '../testdata/linear-rows.ts';
import { ddimCoefficients } from './ddim.ts';
import { ddpmCoefficients } from './ddpm.ts';
import type { LinearStep } from './linear-step.ts';

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

const KINDS = { linear: 'linear', scaled_linear: 'scaledLinear', squaredcos_cap_v2: 'cosine' } as const;

function scheduleOf({ config }: LinearCase): Schedule {
  const kind = KINDS[config.beta_schedule as keyof typeof KINDS];
  if (kind === 'cosine') return createSchedule({ kind });
  return createSchedule({ kind, betaStart: config.beta_start as number, betaEnd: config.beta_end as number });
}

type Step = (schedule: Schedule, t: number, tPrev: number, each: LinearCase) => LinearStep;

const SAMPLERS: Readonly<Record<string, Step>> = {
  DDPMScheduler: (schedule, t, tPrev, { config }) =>
    ddpmCoefficients(schedule, t, tPrev, {
      predictionType: config.prediction_type as PredictionType,
      variance: config.variance_type === 'fixed_large' ? 'fixedLarge' : 'fixedSmall',
    }),
  DDIMScheduler: (schedule, t, tPrev, { config, step }) =>
    ddimCoefficients(schedule, t, tPrev, {
      predictionType: config.prediction_type as PredictionType,
      eta: step.eta ?? 0,
    }),
};

/** Takes the steps over unit vectors: x_T, the answer at each call, the noise at each call. */
function follow(each: LinearCase, { timesteps, steps }: LinearRun, sampler: Step): Float64Array[] {
  const schedule = scheduleOf(each);
  const calls = timesteps.length;
  const spacing = each.config.timestep_spacing as Spacing;
  const offset = spacing === 'leading' ? (each.config.steps_offset as number) : 0;
  const pairs = timestepPairs({ spacing, steps, numTrainTimesteps: 1000, offset });
  expect(pairs.map(([t]) => t)).toEqual(timesteps);
  let x = new Float64Array(1 + 2 * calls);
  x[0] = 1;
  return pairs.map(([t, tPrev], k) => {
    const { prediction, fromX0, fromX, fromEps, sigma } = sampler(schedule, t, tPrev, each);
    const byX = fromX0 * prediction.x0FromX + fromX + fromEps * prediction.epsFromX;
    x = x.map((value) => byX * value);
    x[1 + k] = fromX0 * prediction.x0FromOutput + fromEps * prediction.epsFromOutput;
    x[1 + calls + k] = sigma;
    return x;
  });
}

// DDIM of diffusers goes from t to t - ⌊T/n⌋, which is not the next timestep of linspace. The others are not settings here.
const ours = ({ config, runs }: LinearCase): boolean =>
  runs.length > 0 &&
  !(config._class_name === 'DDIMScheduler' && config.timestep_spacing === 'linspace') &&
  config.rescale_betas_zero_snr !== true &&
  config.set_alpha_to_one !== false;

describe.each(Object.keys(SAMPLERS))('%s of diffusers', (name) => {
  const { cases } = readLinearRows(name);
  const runs = cases.filter(ours).flatMap((each, index) => each.runs.map((run) => ({ index, each, run })));

  it.each(runs)('case $index with $run.steps steps has our rows', ({ each, run }) => {
    const sampler = SAMPLERS[name] as Step;
    const found = follow(each, run, sampler);
    const calls = run.timesteps.length;
    for (const { call, x, net = [], noise = [] } of run.rows) {
      const row = found[call] as Float64Array;
      const expected = new Float64Array(row.length);
      expected.set([x]);
      expected.set(net, 1);
      expected.set(noise, 1 + calls);
      // diffusers adds noise to the image itself if the last timestep is not 0; ours does not.
      if (call === calls - 1) expected[2 * calls] = 0;
      // Both sides are float64; the files have eight digits (5e-8). 1 - ᾱ cancels in diffusers.
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const error = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (row[i] ?? 0))), 0);
      expect({ call, error: error / largest, close: error <= 1e-7 * largest }).toMatchObject({ close: true });
    }
  });
});
