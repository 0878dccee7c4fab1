import { readFileSync } from 'node:fs';
import { CLEAN, createSchedule, type Level, levelAt, type PredictionType } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { joinAnswer } from './answer.ts';
import { runRows } from './run-rows.ts';
import { type SamplerName, samplers } from './sampler-table.ts';
import type { DdpmVariance, SamplerSettings } from './settings.ts';
import type { Threshold } from './threshold.ts';

/** A run of diffusers with clipping, thresholding or learned variances; testdata/README.md explains the file. */
interface Run {
  readonly class: string;
  readonly config: {
    readonly beta_schedule: 'linear' | 'squaredcos_cap_v2';
    readonly prediction_type: PredictionType;
    readonly clip_sample?: boolean;
    readonly clip_sample_range?: number;
    readonly thresholding?: boolean;
    readonly dynamic_thresholding_ratio?: number;
    readonly sample_max_value?: number;
    readonly variance_type?: string;
  };
  readonly step: Readonly<Record<string, unknown>>;
  readonly sampler: SamplerName;
  readonly settings: SamplerSettings;
  readonly timesteps: readonly number[];
  readonly sigmas?: readonly number[];
  /** The images after each network call. */
  readonly x: readonly (readonly number[])[];
}
interface Reference {
  readonly versions: Readonly<Record<string, string>>;
  readonly inputs: {
    readonly x: readonly number[];
    readonly answers: readonly (readonly number[])[];
    readonly variances: readonly (readonly number[])[];
    readonly noises: readonly (readonly number[])[];
  };
  readonly runs: readonly Run[];
}
const { versions, inputs, runs } = JSON.parse(
  readFileSync(new URL('../testdata/steps.json', import.meta.url), 'utf8'),
) as Reference;

const SCHEDULES = {
  linear: createSchedule({ kind: 'linear' }),
  squaredcos_cap_v2: createSchedule({ kind: 'cosine' }),
};
const IMAGES = [0, 1];
const SIZE = 12;
const array = (values: readonly number[] | undefined): Float32Array => Float32Array.from(values ?? []);

/** Returns the levels of a run, from its sigmas, or from its timesteps if the class does not have sigmas. */
function levelsOf({ config, timesteps, sigmas }: Run): readonly Level[] {
  const schedule = SCHEDULES[config.beta_schedule];
  if (sigmas === undefined) return [...timesteps.map((t) => levelAt(schedule, t)), CLEAN];
  // Where a step has two calls, its end is listed twice.
  const once = sigmas.filter((sigma, k) => sigma !== sigmas[k - 1]);
  const times = timesteps.filter((t, k) => t !== timesteps[k - 1]);
  return once.map((sigma, k) => {
    if (sigma === 0) return CLEAN;
    const alpha = 1 / Math.hypot(sigma, 1);
    return { t: times[k] ?? 0, alpha, sigma: sigma * alpha, lambda: -Math.log(sigma) };
  });
}

function thresholdOf({ config }: Run): Threshold | undefined {
  if (config.thresholding !== true) return undefined;
  return { ratio: config.dynamic_thresholding_ratio as number, max: config.sample_max_value as number };
}

async function ours(run: Run): Promise<readonly Float32Array[]> {
  const { config, sampler, settings } = run;
  const rows = samplers[sampler].rows(
    { schedule: SCHEDULES[config.beta_schedule], levels: levelsOf(run) },
    settings,
  );
  const predictsVariances = config.variance_type?.startsWith('learned') === true;
  let call = 0;
  const network = async (): Promise<Float32Array> => {
    const prediction = array(inputs.answers[call]);
    const said = array(inputs.variances[call++]);
    const variance = config.variance_type === 'learned' ? said.map(Math.abs) : said;
    return joinAnswer(predictsVariances ? { prediction, variance } : { prediction }, IMAGES.length);
  };
  const found: Float32Array[] = [];
  const finished = runRows(network, array(inputs.x), rows, {
    predictionType: config.prediction_type,
    images: IMAGES,
    noise: (out, image, step) =>
      out.set(array(inputs.noises[step]).subarray(image * SIZE, (image + 1) * SIZE)),
    ...(config.clip_sample === true ? { clip: config.clip_sample_range } : {}),
    threshold: thresholdOf(run),
  });
  for await (const { x } of finished) found.push(x);
  return found;
}

const nameOf = ({ class: name, config, sampler }: Run): string => {
  const what =
    config.thresholding === true ? 'thresholding' : config.clip_sample === true ? 'clipping' : 'no clipping';
  return `${name} with ${what} and variance ${config.variance_type ?? 'none'}, by ${sampler}`;
};

describe('the stored runs of diffusers on random network outputs', () => {
  it('are of version 0.42.1, with fixed and learned variances', () => {
    expect(versions.diffusers).toBe('0.42.1');
    const variances = new Set(runs.map(({ settings }) => settings.variance));
    const learned: readonly DdpmVariance[] = ['fixedLarge', 'learned', 'learnedRange'];
    for (const variance of learned) expect(variances).toContain(variance);
  });

  it.each([...new Set(runs.map(nameOf))])('are equal to our runs of %s', async (group) => {
    for (const run of runs.filter((each) => nameOf(each) === group)) {
      const found = await ours(run);
      expect(found).toHaveLength(run.x.length);
      for (const [call, expected] of run.x.entries()) {
        const largest = Math.max(...expected.map(Math.abs));
        const difference = expected.map((value, i) => Math.abs(value - (found[call]?.[i] ?? Number.NaN)));
        // diffusers computes in float64 here. Our samplers round x and the arrays that they keep to float32 after each
        // of five steps (6e-8 each). At timestep 0, heun divides by σ = 0.01, which magnifies the rounding of x.
        const most = run.sampler === 'heun' ? 3e-6 : 1e-6;
        const { config, step } = run;
        const relative = Math.max(...difference) / largest;
        expect(relative, JSON.stringify({ config, step, call })).toBeLessThanOrEqual(most);
      }
    }
  });
});
