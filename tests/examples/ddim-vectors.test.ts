// Compares with the vectors of docs/formats.md, which docs/examples/python/vectors.py computes with numpy.
import { readFileSync } from 'node:fs';
import { samplers, takeRow } from '@isonoise/sampler';
import {
  createSchedule,
  levelAt,
  type PredictionType,
  type Schedule,
  timestepPairs,
} from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';

/** The fields of a scheduler's configuration that the vectors use. */
type Config = { readonly num_train_timesteps: number } & (
  | { readonly beta_schedule: 'squaredcos_cap_v2' }
  | {
      readonly beta_schedule: 'linear' | 'scaled_linear';
      readonly beta_start: number;
      readonly beta_end: number;
    }
);

interface Vectors {
  readonly schedules: readonly {
    config: Config;
    levels: readonly (readonly [t: number, alpha: number, sigma: number])[];
  }[];
  readonly trailing: readonly { T: number; steps: number; timesteps: readonly number[] }[];
  readonly ddim: readonly {
    config: Config;
    prediction: PredictionType;
    clip: number | null;
    t: number;
    next: number;
    x: readonly number[];
    output: readonly number[];
    result: readonly number[];
  }[];
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../docs/examples/testdata/vectors.json', import.meta.url), 'utf8'),
);

function scheduleOf(config: Config): Schedule {
  const numTrainTimesteps = config.num_train_timesteps;
  if (config.beta_schedule === 'squaredcos_cap_v2')
    return createSchedule({ kind: 'cosine', numTrainTimesteps });
  return createSchedule({
    kind: config.beta_schedule === 'linear' ? 'linear' : 'scaledLinear',
    numTrainTimesteps,
    betaStart: config.beta_start,
    betaEnd: config.beta_end,
  });
}

describe('the vectors of docs/formats.md', () => {
  it.each(vectors.schedules)('have the levels of $config.beta_schedule', ({ config, levels }) => {
    const schedule = scheduleOf(config);
    for (const [t, alpha, sigma] of levels) expect(levelAt(schedule, t)).toMatchObject({ t, alpha, sigma });
  });

  it.each(vectors.trailing)('have $steps timesteps with the spacing trailing', ({ T, steps, timesteps }) => {
    const pairs = timestepPairs({ spacing: 'trailing', steps, numTrainTimesteps: T });
    expect(pairs.map(([t]) => t)).toEqual(timesteps);
    expect(pairs.at(-1)?.[1]).toBe(-1);
  });

  it.each(vectors.ddim)('have a DDIM step from $t to $next for $prediction', (each) => {
    const schedule = scheduleOf(each.config);
    const levels = [each.t, each.next].map((t) => levelAt(schedule, t));
    const [row] = samplers.ddim.rows({ schedule, levels }, {});
    if (row === undefined) throw new Error('ddim has no row');
    const taken = takeRow(
      row,
      { predictionType: each.prediction, clip: each.clip ?? undefined },
      {
        x: Float32Array.from(each.x),
        output: Float32Array.from(each.output),
        memory: [],
        noise: [new Float32Array(each.x.length)],
      },
    );
    expect([...taken.next]).toEqual(each.result);
  });
});
