import { createSchedule, levelAt, levelsOf, timestepPairs } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { followRows } from '../testdata/follow-rows.ts';
import type { Denoiser } from './denoiser.ts';
import { initialNoise, seededNoise } from './noise-source.ts';
import { countCalls, type Row } from './row.ts';
import { type FinishedRow, type RunOptions, runRows } from './run-rows.ts';
import { type SamplerName, samplerNames, samplers } from './sampler-table.ts';

const schedule = createSchedule({ kind: 'linear' });
const STEPS = 6;
const grid = {
  schedule,
  levels: levelsOf(schedule, timestepPairs({ spacing: 'leading', steps: STEPS, numTrainTimesteps: 1000 })),
};
const flow = createSchedule({ kind: 'flow' });
// The run starts below pure noise, where x_0 can be computed from ε.
const flowGrid = {
  schedule: flow,
  levels: levelsOf(
    flow,
    timestepPairs({ spacing: [899, 749.5, 600, 449, 299, 149], numTrainTimesteps: 1000, continuous: true }),
  ),
};
const network: Denoiser = async (x, t) => x.map((value) => Math.sin(3 * value) * 0.5 + (t[0] ?? 0) / 2500);
const options: RunOptions = {
  predictionType: 'epsilon',
  noise: seededNoise(4),
  images: [2, 9],
  clip: 1,
};
const x = initialNoise(4, options.images, 5);

async function all(
  rows: readonly Row[],
  changed: Partial<RunOptions> = {},
  start = x,
): Promise<FinishedRow[]> {
  const found: FinishedRow[] = [];
  for await (const row of runRows(network, start, rows, { ...options, ...changed })) found.push(row);
  return found;
}

/** Numbers of network calls of the samplers that do not make exactly one call per step. */
const CALLS: Partial<Record<SamplerName, number>> = {
  heun: 2 * STEPS - 1,
  'flow-heun': 2 * STEPS - 1,
  dpm2: 2 * STEPS - 1,
  'dpm2-ancestral': 2 * STEPS - 1,
  'dpmpp-sde': 2 * STEPS - 1,
  plms: STEPS + 1,
  // PNDM makes four calls in each of the first three steps.
  pndm: STEPS + 9,
};

describe.each(samplerNames)('the rows of %s', (name) => {
  const { schedule, levels } = samplers[name].process === 'flow' ? flowGrid : grid;
  const towards = samplers[name].inverts === undefined ? levels : [...levels].reverse();
  const rows = samplers[name].rows({ schedule, levels: towards }, {});

  it('end each step of the grid exactly once', () => {
    expect(rows.filter(({ endsStep }) => endsStep !== false)).toHaveLength(STEPS);
    expect(countCalls(rows)).toBe(CALLS[name] ?? STEPS);
  });

  it('give the same bits when resumed at every row', async () => {
    const whole = await all(rows);
    expect(whole).toHaveLength(rows.length);
    for (const [index, { x, memory }] of whole.entries()) {
      const rest = await all(
        rows,
        { firstRow: index + 1, memory: memory.map((each) => each.slice()) },
        x.slice(),
      );
      expect(rest.map(({ x, step }) => ({ x, step }))).toEqual(
        whole.slice(index + 1).map(({ x, step }) => ({ x, step })),
      );
    }
  });

  it('do not write to finished arrays', async () => {
    const before: Float32Array[] = [];
    const found: FinishedRow[] = [];
    for await (const row of runRows(network, x, rows, options)) {
      found.push(row);
      before.push(...[row.x, row.x0, ...row.memory].map((each) => each.slice()));
    }
    expect(found.flatMap((row) => [row.x, row.x0, ...row.memory])).toEqual(before);
  });

  it('give the same result in the executor as a direct calculation by their definition', async () => {
    const linear: Denoiser = async (x) => x.map((value) => value * 0.75);
    const found: FinishedRow[] = [];
    const unclipped = { ...options, clip: undefined };
    for await (const row of runRows(linear, x, rows, unclipped)) found.push(row);
    const expected = followRows(rows, {
      predictionType: 'epsilon',
      start: Float64Array.from(x),
      answer: (_, __, x) => x.map((value) => value * 0.75),
      noise: ({ step, draw }) => {
        const normals = new Float32Array(x.length);
        for (const [b, image] of options.images.entries())
          options.noise(normals.subarray(5 * b, 5 * b + 5), image, step, draw);
        return Float64Array.from(normals);
      },
    });
    for (const [k, { x }] of found.entries()) {
      const largest = Math.max(...x.map(Math.abs));
      x.forEach((value, i) => {
        // Each row rounds to float32 (2^-24), and the factors of up to 20 rows magnify the rounding.
        expect(Math.abs(value - (expected[k]?.[i] ?? Number.NaN))).toBeLessThan(1e-4 * largest);
      });
    }
  });
});

describe('runRows', () => {
  it('runs rows without a network call, such as a jump back to more noise', async () => {
    const [from, to] = [levelAt(schedule, 100), levelAt(schedule, 300)];
    const ratio = to.alpha / from.alpha;
    const forward: Row = { at: null, next: { x: ratio, noise: [Math.sqrt(1 - ratio * ratio)] } };
    const [{ x: found, x0, memory } = { x, x0: x, memory: [] }] = await all([forward]);
    const normals = new Float32Array(5);
    seededNoise(4)(normals, 2, 0, 0);
    const expected = normals.map((z, i) => ratio * (x[i] ?? 0) + Math.sqrt(1 - ratio * ratio) * z);
    expect(found.slice(0, 5)).toEqual(expected);
    expect(x0).toBe(x);
    expect(memory).toEqual([]);
    expect(countCalls([forward])).toBe(0);
  });

  it('draws several independent noises in a step, the first with the bits of draw 0', async () => {
    const rows: Row[] = [
      { at: null, next: { noise: [1] }, keep: [{ noise: [0, 0, 1] }], endsStep: false },
      { at: null, next: { noise: [0, 1], memory: [2] }, keep: [] },
    ];
    const [first, second] = await all(rows);
    const normals = [0, 1, 2].map((draw) => {
      const out = new Float32Array(5);
      seededNoise(4)(out, 9, 0, draw);
      return out;
    });
    const [z0, z1, z2] = normals as [Float32Array, Float32Array, Float32Array];
    expect(first?.x.slice(5)).toEqual(z0);
    expect(second?.x.slice(5)).toEqual(z1.map((z, i) => 2 * (z2[i] ?? 0) + z));
    expect(new Set(normals.map(String)).size).toBe(3);
  });
});
