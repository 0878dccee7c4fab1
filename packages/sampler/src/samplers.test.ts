import { createSchedule, levelsOf, type TimestepPair, timestepPairs } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import type { Denoiser } from './denoiser.ts';
import { initialNoise, type NoiseSource, seededNoise } from './noise-source.ts';
import { predictionCoefficients } from './prediction.ts';
import type { NetworkRow, Row } from './row.ts';
import { type FinishedRow, type RunOptions, runRows } from './run-rows.ts';
import { type SamplerName, samplers } from './sampler-table.ts';
import type { SamplerSettings } from './settings.ts';
import { takeRow } from './take-row.ts';

const T = 1000;
const schedule = createSchedule({ kind: 'linear' });
const steps = (n: number) => timestepPairs({ spacing: 'leading', steps: n, numTrainTimesteps: T });

const rowsOf = (
  name: SamplerName,
  pairs: readonly TimestepPair[],
  settings: SamplerSettings = {},
): readonly Row[] => samplers[name].rows({ schedule, levels: levelsOf(schedule, pairs) }, settings);

async function last(run: AsyncIterable<FinishedRow>): Promise<FinishedRow> {
  let step: FinishedRow | undefined;
  for await (step of run);
  if (step === undefined) throw new Error('no steps');
  return step;
}

/** Exact ε for data of a single image. */
function oracle(image: Float32Array): Denoiser {
  return async (x, t) =>
    x.map((value, i) => {
      const s = t[Math.floor(i / image.length)] ?? -1;
      const x0 = image[i % image.length] ?? 0;
      return (value - (schedule.sqrtAlphaBars[s] ?? 0) * x0) / (schedule.sqrtOneMinusAlphaBars[s] ?? 0);
    });
}

const neverNoise: NoiseSource = () => {
  throw new Error('noise was drawn');
};

describe('samples of a single-image data set', () => {
  const image = Float32Array.of(-1, -0.5, 0, 0.3, 0.9, 1);
  const options: RunOptions = { predictionType: 'epsilon', noise: seededNoise(3), images: [0, 1] };
  const x = initialNoise(3, options.images, image.length);
  const twice = Float32Array.of(...image, ...image);

  it.each([
    ['DDPM, all steps', rowsOf('ddpm', steps(T))],
    ['DDPM, 20 steps, fixedLarge', rowsOf('ddpm', steps(20), { variance: 'fixedLarge' })],
    ['DDIM, 20 steps', rowsOf('ddim', steps(20))],
    ['DDIM, 20 steps, η = 1', rowsOf('ddim', steps(20), { eta: 1 })],
  ])('equal the image: %s', async (_, rows) => {
    const { x: result } = await last(runRows(oracle(image), x, rows, options));
    // At t = 0, ε (with factor √(1-ᾱ_0) = 0.01) and x are each rounded to float32: 2^-24 of values below 4.
    result.forEach((value, i) => {
      expect(Math.abs(value - (twice[i] ?? 0))).toBeLessThan(4 * 2 ** -23);
    });
  });

  it('equal the image bit for bit if the network predicts x0', async () => {
    const network: Denoiser = async () => twice.slice();
    const predictsX0: RunOptions = { ...options, predictionType: 'sample' };
    for (const name of ['ddpm', 'ddim'] as const) {
      const { x: result } = await last(runRows(network, x, rowsOf(name, steps(50)), predictsX0));
      expect(result).toEqual(twice);
    }
  });
});

describe('samples of normal data', () => {
  const mean = 0.4;
  const deviation = 0.3;
  /** E[ε | x_t] for x_0 ~ N(mean, deviation²): the best possible network. */
  const best: Denoiser = async (x, t) =>
    x.map((value) => {
      const alphaBar = schedule.alphaBars[t[0] ?? -1] ?? Number.NaN;
      const variance = alphaBar * deviation ** 2 + (1 - alphaBar);
      return (Math.sqrt(1 - alphaBar) * (value - Math.sqrt(alphaBar) * mean)) / variance;
    });

  /** Mean and variance after the steps, computed without sampling, because each step is linear in x. */
  function predicted(rows: readonly Row[]): { mean: number; variance: number } {
    let m = 0;
    let v = 1;
    for (const { at, next } of rows as readonly NetworkRow[]) {
      const { x0 = 0, eps = 0, x: own = 0, noise = [] } = next;
      const { t } = at;
      const prediction = predictionCoefficients('epsilon', at);
      const alphaBar = schedule.alphaBars[t] ?? Number.NaN;
      const slope = Math.sqrt(1 - alphaBar) / (alphaBar * deviation ** 2 + (1 - alphaBar)); // ε = slope (x - √ᾱ mean)
      const output = x0 * prediction.x0FromOutput + eps * prediction.epsFromOutput;
      const input = own + x0 * prediction.x0FromX + eps * prediction.epsFromX;
      const factor = input + output * slope;
      m = factor * m - output * slope * Math.sqrt(alphaBar) * mean;
      v = factor ** 2 * v + (noise[0] ?? 0) ** 2;
    }
    return { mean: m, variance: v };
  }

  const N = 20_000;
  const options: RunOptions = { predictionType: 'epsilon', noise: seededNoise(8), images: [0] };
  const x = initialNoise(8, [0], N);
  const cases = [
    { name: 'DDPM, 250 steps, fixedSmall', rows: rowsOf('ddpm', steps(250)) },
    { name: 'DDPM, 250 steps, fixedLarge', rows: rowsOf('ddpm', steps(250), { variance: 'fixedLarge' }) },
    { name: 'DDIM, 100 steps', rows: rowsOf('ddim', steps(100)) },
    { name: 'DDIM, 100 steps, η = 0.5', rows: rowsOf('ddim', steps(100), { eta: 0.5 }) },
  ];

  it.each(cases)('have the mean and variance of the data: $name', async ({ rows }) => {
    const expected = predicted(rows);
    // 1. In theory: the discretisation error is about 1 / (number of steps).
    expect(Math.abs(expected.mean - mean)).toBeLessThan(0.02);
    expect(Math.abs(Math.sqrt(expected.variance) / deviation - 1)).toBeLessThan(0.1);
    // 2. In the samples: the difference from the theory is at most five standard errors.
    const { x: result } = await last(runRows(best, x, rows, options));
    const sampleMean = result.reduce((sum, value) => sum + value, 0) / N;
    const sampleVariance = result.reduce((sum, value) => sum + (value - sampleMean) ** 2, 0) / N;
    expect(Math.abs(sampleMean - expected.mean)).toBeLessThan(5 * Math.sqrt(expected.variance / N));
    expect(Math.abs(sampleVariance / expected.variance - 1)).toBeLessThan(5 * Math.sqrt(2 / N));
  });

  it('keep unit variance exactly with fixedLarge if the data has it (DDPM section 3.2)', () => {
    const rows = rowsOf('ddpm', steps(T), { variance: 'fixedLarge' }) as readonly NetworkRow[];
    for (const { at, next } of rows.slice(0, -1)) {
      const { x = 0, x0 = 0, noise = [] } = next;
      const factor = x + x0 * at.alpha; // E[x0 | x_t] = √ᾱ x_t
      expect(Math.abs(factor ** 2 + (noise[0] ?? 0) ** 2 - 1)).toBeLessThan(1e-13); // products of 1000 rounded factors
    }
  });
});

describe('noise', () => {
  const network: Denoiser = async (x) => x.map((value) => value * 0.5);
  const options: RunOptions = { predictionType: 'epsilon', noise: neverNoise, images: [0, 7] };
  const x = initialNoise(1, options.images, 4);

  it('is not drawn by DDIM with η = 0', async () => {
    await expect(last(runRows(network, x, rowsOf('ddim', steps(5)), options))).resolves.toMatchObject({
      step: 4,
    });
  });

  it('is drawn by DDPM once for each image and step, except the last step', async () => {
    const drawn: [number, number][] = [];
    const noise: NoiseSource = (out, image, step) => {
      drawn.push([image, step]);
      out.fill(0);
    };
    await last(runRows(network, x, rowsOf('ddpm', steps(3)), { ...options, noise }));
    expect(drawn).toEqual([
      [0, 0],
      [7, 0],
      [0, 1],
      [7, 1],
    ]);
  });
});

describe('clipping', () => {
  const network: Denoiser = async (x) => x.map(() => 3);
  const options: RunOptions = { predictionType: 'sample', noise: seededNoise(0), images: [0] };

  it('bounds the estimate and thus the result of the last step', async () => {
    const x = initialNoise(0, [0], 5);
    for (const name of ['ddpm', 'ddim'] as const) {
      const rows = rowsOf(name, steps(4));
      expect((await last(runRows(network, x, rows, { ...options, clip: 0.75 }))).x).toEqual(
        new Float32Array(5).fill(0.75),
      );
      expect((await last(runRows(network, x, rows, options))).x0).toEqual(new Float32Array(5).fill(3));
    }
  });
});

describe('takeRow', () => {
  it('computes the same arrays as runRows', async () => {
    const network: Denoiser = async (x, t) => x.map((value) => Math.fround(value * 0.3 + (t[0] ?? 0) / 5000));
    const options: RunOptions = {
      predictionType: 'v_prediction',
      noise: seededNoise(5),
      images: [4],
      clip: 1,
    };
    for (const [name, settings] of [
      ['ddpm', { variance: 'fixedLarge' }],
      ['ddim', { eta: 0.7 }],
    ] as const) {
      const rows = rowsOf(name, steps(4), settings) as readonly NetworkRow[];
      let x = initialNoise(5, [4], 6);
      let index = 0;
      for await (const done of runRows(network, x.slice(), rows, options)) {
        const row = rows[index] as NetworkRow;
        const noise = new Float32Array(6);
        options.noise(noise, 4, index, 0);
        const output = await network(x, Float32Array.of(row.at.t));
        const { next } = takeRow(row, options, { x, output, memory: [], noise: [noise] });
        expect(next).toEqual(done.x);
        x = next;
        index++;
      }
      expect(index).toBe(4);
    }
  });
});
