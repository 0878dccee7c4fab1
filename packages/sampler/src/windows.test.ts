import { createSchedule, levelAt, levelsOf, timestepPairs } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import type { Denoiser } from './denoiser.ts';
import { countPlanCalls } from './guided-network.ts';
import { planRows } from './plan-rows.ts';
import { toSamplingStart } from './run-sampling.ts';
import { sample } from './sample.ts';
import type { SampleRequest } from './sample-request.ts';
import { samplersFor } from './sampler-table.ts';
import { decodeSampling, encodeSampling } from './saved-json.ts';
import { type Canvas, countWindows } from './windows.ts';

const schedule = createSchedule({ kind: 'linear', numTrainTimesteps: 100 });
const shape = { channels: 2, height: 4, width: 4 };
const size = 32;
const request: SampleRequest = {
  shape,
  schedule,
  predictionType: 'epsilon',
  seed: 5,
  images: 2,
  steps: 4,
};

/** The output for a pixel depends on a neighbour in the window, on the time and on the class. */
const network: Denoiser = async (x, t, condition) =>
  x.map((value, i) => {
    const image = Math.floor(i / size);
    const neighbour = x[image * size + ((i + 1) % size)] ?? 0;
    const bias = (t[image] ?? 0) / 300 + 0.1 * (condition?.[image] ?? 0);
    return Math.fround(0.3 * Math.sin(value) + 0.2 * neighbour + bias);
  });

async function last(denoise: Denoiser, of: Partial<SampleRequest>): Promise<Float32Array> {
  let x: Float32Array = new Float32Array(0);
  for await (const step of sample(denoise, { ...request, ...of })) ({ x } = step);
  return x;
}

const planOf = (of: Partial<SampleRequest>) => toSamplingStart({ ...request, ...of }).plan;

describe('a canvas', () => {
  it.each(samplersFor('diffusion'))('of a single window gives the ordinary images: %s', async (sampler) => {
    const whole = await last(network, { sampler });
    expect(await last(network, { sampler, canvas: { height: 4, width: 4 } })).toEqual(whole);
    const canvas = { height: 4, width: 4, stride: 4 };
    expect(planOf({ canvas }).windows).toEqual({ height: 4, width: 4, stride: 4, tile: false });
    expect(await last(network, { sampler, canvas })).toEqual(whole);
  });

  it.each(['ddim', 'dpmpp-2m', 'heun', 'unipc'] as const)(
    'of two windows side by side gives the images of two runs: %s',
    async (sampler) => {
      const noise = Float32Array.from({ length: 4 * size }, (_, i) => Math.sin(7 * i));
      const half = (values: Float32Array, right: number): Float32Array =>
        values.filter((_, i) => Math.floor((i % 8) / 4) === right);
      const canvas = { height: 4, width: 8, stride: 4 };
      const both = await last(network, { sampler, canvas, start: { x: noise } });
      for (const right of [0, 1])
        expect(half(both, right)).toEqual(await last(network, { sampler, start: { x: half(noise, right) } }));
    },
  );

  it.each(samplersFor('diffusion'))(
    'with independent pixels gives the images of a network of the canvas size: %s',
    async (sampler) => {
      const pointwise: Denoiser = async (x, t) =>
        x.map((value) => Math.fround(0.4 * Math.sin(value) + (t[0] ?? 0) / 300));
      const whole = await last(pointwise, { sampler, shape: { ...shape, height: 7, width: 9 } });
      for (const canvas of [
        { height: 7, width: 9 },
        { height: 7, width: 9, stride: 1, tile: true },
      ])
        expect(await last(pointwise, { sampler, canvas })).toEqual(whole);
    },
  );

  it('with independent pixels gives the mean and the variance of the data', async () => {
    const [mean, deviation, side] = [0.2, 0.3, 100];
    const schedule = createSchedule({ kind: 'linear' });
    const exact: Denoiser = async (x, t) => {
      const { alpha, sigma } = levelAt(schedule, t[0] ?? 0);
      return x.map((value) => (sigma * (value - alpha * mean)) / ((alpha * deviation) ** 2 + sigma ** 2));
    };
    const x = await last(exact, {
      schedule,
      images: 1,
      shape: { channels: 1, height: 16, width: 16 },
      canvas: { height: side, width: side, stride: 12 },
      sampler: 'dpmpp-2m',
      steps: 100,
      clip: false,
    });
    expect(x.length).toBe(side * side);
    const found = x.reduce((sum, value) => sum + value, 0) / x.length;
    const variance = x.reduce((sum, value) => sum + (value - found) ** 2, 0) / x.length;
    // Three standard errors of 10,000 pixels.
    expect(Math.abs(found - mean)).toBeLessThan((3 * deviation) / side);
    expect(Math.abs(variance / deviation ** 2 - 1)).toBeLessThan((3 * Math.SQRT2) / side);
  });

  it('with correlated pixels gives the closed form of a run that averages the windows', async () => {
    const [window, length] = [4, 7];
    const levels = levelsOf(
      schedule,
      timestepPairs({ spacing: 'trailing', steps: 4, numTrainTimesteps: 100 }),
    );
    /** ε = A x for normals of covariance 0.25 · 0.8^|i − j|: A = σ (α² Σ + σ²)⁻¹. */
    const matrixAt = (alpha: number, sigma: number): number[][] =>
      inverse(
        square(window, (i, j) => alpha ** 2 * 0.25 * 0.8 ** Math.abs(i - j) + (i === j ? sigma ** 2 : 0)),
      ).map((row) => row.map((value) => sigma * value));
    const exact: Denoiser = async (x, t) => {
      const { alpha, sigma } = levelAt(schedule, t[0] ?? 0);
      const a = matrixAt(alpha, sigma);
      return x.map((_, i) => {
        const begin = Math.floor(i / window) * window;
        return (a[i - begin] ?? []).reduce((sum, value, j) => sum + value * (x[begin + j] ?? 0), 0);
      });
    };
    const noise = Float32Array.from({ length }, (_, i) => Math.sin(3 * i));
    const drawn = await last(exact, {
      images: 1,
      shape: { channels: 1, height: 1, width: window },
      canvas: { height: 1, width: length },
      sampler: 'ddim',
      clip: false,
      start: { x: noise },
    });
    // The stride is 1: windows begin at 0, 1, 2 and 3.
    let expected = [...noise];
    for (const [k, level] of levels.slice(0, -1).entries()) {
      const { alpha, sigma } = level;
      const a = matrixAt(alpha, sigma);
      const eps = expected.map((_, i) => {
        const begins = [0, 1, 2, 3].filter((begin) => i >= begin && i < begin + window);
        const outputs = begins.map((begin) =>
          (a[i - begin] ?? []).reduce((sum, value, j) => sum + value * (expected[begin + j] ?? 0), 0),
        );
        return outputs.reduce((sum, value) => sum + value, 0) / begins.length;
      });
      const next = levels[k + 1];
      expected = expected.map((x, i) => {
        const x0 = (x - sigma * (eps[i] ?? 0)) / alpha;
        return (next?.alpha ?? 0) * x0 + (next?.sigma ?? 0) * (eps[i] ?? 0);
      });
    }
    // The images are float32, and the expected values are float64.
    for (const [i, value] of expected.entries()) expect(drawn[i]).toBeCloseTo(value, 5);
  });

  it('draws each image as if it were alone', async () => {
    const canvas = { height: 6, width: 9 };
    const both = await last(network, { canvas, classLabels: [1, 2] });
    const alone = await last(network, { canvas, classLabels: 2, images: [1] });
    expect(both.slice(2 * 54)).toEqual(alone);
    const other = await last(network, { canvas, classLabels: 1, images: [1] });
    expect(other).not.toEqual(alone);
  });

  it('of many windows is drawn in several calls, with the same result', async () => {
    const wide = { channels: 1, height: 64, width: 64 };
    const calls: number[] = [];
    const counting: Denoiser = async (x, t) => {
      calls.push(t.length);
      return x.map((value) => 0.5 * value);
    };
    const canvas = { height: 64, width: 1100, stride: 1 };
    await last(counting, { shape: wide, canvas, images: 1, steps: 1 });
    expect(calls).toEqual([1024, 13]);
    // A window has 4,096 values, and a row of 4,096 tags has as many.
    calls.length = 0;
    const tags = { count: 4096, images: [[7]], without: [] };
    await last(counting, { shape: wide, canvas: { ...canvas, width: 600 }, images: 1, steps: 1, tags });
    expect(calls).toEqual([512, 25]);
  });

  it('of a tile has no border', async () => {
    const canvas = { height: 8, width: 8, stride: 2, tile: true };
    const noise = Float32Array.from({ length: 128 }, (_, i) => Math.sin(7 * i));
    /** Moves the pictures down by two rows and right by four columns. */
    const moved = (x: Float32Array): Float32Array =>
      x.map((_, i) => x[i - (i % 64) + ((Math.floor((i % 64) / 8) + 6) % 8) * 8 + ((i + 4) % 8)] ?? 0);
    const run = { images: 1, sampler: 'ddim', canvas } as const;
    const drawn = await last(network, { ...run, start: { x: noise } });
    const ofMoved = await last(network, { ...run, start: { x: moved(noise) } });
    // The windows are added in another order.
    for (const [i, value] of moved(drawn).entries()) expect(ofMoved[i]).toBeCloseTo(value, 6);
    const plain = await last(network, { ...run, canvas: { ...canvas, tile: false }, start: { x: noise } });
    expect(plain).not.toEqual(drawn);
  });

  it('makes as many network calls as countPlanCalls predicts', async () => {
    let images = 0;
    const counting: Denoiser = (x, t, condition) => {
      images += t.length;
      return network(x, t, condition);
    };
    const of = { canvas: { height: 7, width: 10 }, classLabels: 1, nullClass: 0, guidance: 3 };
    await last(counting, of);
    const plan = planOf(of);
    expect(countWindows(plan)).toBe(12);
    expect(countPlanCalls(plan, planRows(plan))).toEqual({ network: images / 2, guide: 0 });
    expect(images).toBe(2 * 2 * 12 * 4);
  });

  it.each(['ddpm', 'dpmpp-2m', 'unipc'] as const)(
    'can be saved after each step and resumed with the same bits, with a mask: %s',
    async (sampler) => {
      const canvas = { height: 6, width: 9 };
      const mask = Uint8Array.from({ length: 54 }, (_, i) => i % 2);
      const edit = { image: new Float32Array(108).fill(0.3), mask, resample: 2 };
      const all = [];
      for await (const step of sample(network, { ...request, sampler, canvas, edit })) all.push(step);
      const end = all.at(-1)?.x;
      expect(end?.filter((_, i) => mask[i % 54] === 0).every((value) => value === Math.fround(0.3))).toBe(
        true,
      );
      for (const step of all.slice(0, -1)) {
        const from = decodeSampling(encodeSampling(step.save()));
        expect(from.plan.windows).toEqual({ height: 4, width: 4, stride: 2, tile: false });
        let x = from.x;
        for await (const next of sample(network, { from })) ({ x } = next);
        expect(x).toEqual(end);
      }
    },
  );

  it.each<[Canvas, string]>([
    [{ height: 3, width: 9 }, "canvas has the height 3; expected at least 4, that of the network's images."],
    [{ height: 4, width: 3 }, 'the width 3; expected at least 4'],
    [{ height: 4.5, width: 9 }, 'shape.height is 4.5; expected an integer in [1, 65536].'],
    [{ height: 4, width: 1e6 }, 'shape.width is 1000000; expected an integer in [1, 65536].'],
    [{ height: 60000, width: 60000 }, 'have 14400000000 values; expected at most 1073741824'],
    [{ height: 400, width: 400 }, 'has 39601 windows; expected at most 4096. Use a smaller canvas'],
    [{ height: 8, width: 8, stride: 5 }, 'stride is 5; expected a whole number from 1 to 4'],
    [{ height: 8, width: 8, stride: 0 }, 'stride is 0; expected'],
    [
      Object.assign({ height: 8, width: 8 }, { wide: 8 }),
      'canvas has the field "wide"; expected only height',
    ],
    [Object.assign({ height: 8, width: 8 }, { tile: 'x' as never }), 'tile is "x"; expected true or false'],
  ])('is refused: %j', (canvas, message) => {
    expect(() => planOf({ canvas })).toThrow(message);
  });

  it.each([
    [{ windows: 3 }, 'windows is 3'],
    [{ windows: { height: 0, width: 4, stride: 1, tile: false } }, 'windows.height is 0'],
    [{ windows: { height: 4, width: 4, stride: 1, tile: false }, shape: { ...shape, width: 2 } }, 'width 2'],
  ])('of a damaged saved run is refused: %j', async (change, message) => {
    for await (const step of sample(network, { ...request, canvas: { height: 8, width: 8 } })) {
      const saved = step.save();
      const plan = { ...saved.plan, ...change };
      const text = JSON.stringify({ ...JSON.parse(encodeSampling(saved)), plan });
      expect(() => decodeSampling(text)).toThrow(message);
    }
  });
});

const square = (n: number, value: (i: number, j: number) => number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => value(i, j)));

/** Gauss-Jordan elimination, for positive definite matrices. */
function inverse(a: readonly (readonly number[])[]): number[][] {
  const n = a.length;
  const rows = a.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (const [k, pivot] of rows.entries()) {
    const scale = pivot[k] ?? 1;
    for (let j = 0; j < 2 * n; j++) pivot[j] = (pivot[j] ?? 0) / scale;
    for (const [i, row] of rows.entries()) {
      const factor = i === k ? 0 : (row[k] ?? 0);
      for (let j = 0; j < 2 * n; j++) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0);
    }
  }
  return rows.map((row) => row.slice(n));
}
