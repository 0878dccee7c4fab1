import { createSchedule, timestepPairs } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { ddimCoefficients, ddimStep, sampleDdim } from './ddim.ts';
import { ddpmCoefficients, ddpmStep, sampleDdpm } from './ddpm.ts';
import type { Denoiser } from './denoiser.ts';
import type { LinearStep } from './linear-step.ts';
import { initialNoise, type NoiseSource, seededNoise } from './noise-source.ts';
import type { ReverseStep, StepOptions } from './step-options.ts';

const T = 1000;
const schedule = createSchedule({ kind: 'linear' });
const steps = (n: number) => timestepPairs({ spacing: 'leading', steps: n, numTrainTimesteps: T });

async function last(run: AsyncIterable<ReverseStep>): Promise<ReverseStep> {
  let step: ReverseStep | undefined;
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
  const options: StepOptions = { schedule, predictionType: 'epsilon', noise: seededNoise(3), images: [0, 1] };
  const x = initialNoise(3, options.images, image.length);
  const twice = Float32Array.of(...image, ...image);

  it.each([
    ['DDPM, all steps', () => sampleDdpm(oracle(image), x, steps(T), options)],
    [
      'DDPM, 20 steps, fixedLarge',
      () => sampleDdpm(oracle(image), x, steps(20), { ...options, variance: 'fixedLarge' }),
    ],
    ['DDIM, 20 steps', () => sampleDdim(oracle(image), x, steps(20), options)],
    ['DDIM, 20 steps, η = 1', () => sampleDdim(oracle(image), x, steps(20), { ...options, eta: 1 })],
  ])('equal the image: %s', async (_, run) => {
    const { x: result, tPrev } = await last(run());
    expect(tPrev).toBe(-1);
    // At t = 0, ε (with factor √(1-ᾱ_0) = 0.01) and x are each rounded to float32: 2^-24 of values below 4.
    result.forEach((value, i) => {
      expect(Math.abs(value - (twice[i] ?? 0))).toBeLessThan(4 * 2 ** -23);
    });
  });

  it('equal the image to the bit with a network that predicts x0', async () => {
    const network: Denoiser = async () => twice.slice();
    const predictsX0: StepOptions = { ...options, predictionType: 'sample' };
    expect((await last(sampleDdpm(network, x, steps(50), predictsX0))).x).toEqual(twice);
    expect((await last(sampleDdim(network, x, steps(50), predictsX0))).x).toEqual(twice);
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

  /** Mean and variance after the steps, computed without sampling, as each step is linear in x. */
  function predicted(
    n: number,
    step: (t: number, tPrev: number) => LinearStep,
  ): { mean: number; variance: number } {
    let m = 0;
    let v = 1;
    for (const [t, tPrev] of steps(n)) {
      const alphaBar = schedule.alphaBars[t] ?? Number.NaN;
      const slope = Math.sqrt(1 - alphaBar) / (alphaBar * deviation ** 2 + (1 - alphaBar)); // ε = slope (x - √ᾱ mean)
      const c = step(t, tPrev);
      const output = c.fromX0 * c.prediction.x0FromOutput + c.fromEps * c.prediction.epsFromOutput;
      const input = c.fromX + c.fromX0 * c.prediction.x0FromX + c.fromEps * c.prediction.epsFromX;
      const factor = input + output * slope;
      m = factor * m - output * slope * Math.sqrt(alphaBar) * mean;
      v = factor ** 2 * v + c.sigma ** 2;
    }
    return { mean: m, variance: v };
  }

  const N = 20_000;
  const options: StepOptions = { schedule, predictionType: 'epsilon', noise: seededNoise(8), images: [0] };
  const x = initialNoise(8, [0], N);
  const cases = [
    {
      name: 'DDPM, 250 steps, fixedSmall',
      run: () => sampleDdpm(best, x, steps(250), options),
      expected: predicted(250, (t, s) => ddpmCoefficients(schedule, t, s, options)),
    },
    {
      name: 'DDPM, 250 steps, fixedLarge',
      run: () => sampleDdpm(best, x, steps(250), { ...options, variance: 'fixedLarge' }),
      expected: predicted(250, (t, s) =>
        ddpmCoefficients(schedule, t, s, { ...options, variance: 'fixedLarge' }),
      ),
    },
    {
      name: 'DDIM, 100 steps',
      run: () => sampleDdim(best, x, steps(100), options),
      expected: predicted(100, (t, s) => ddimCoefficients(schedule, t, s, options)),
    },
    {
      name: 'DDIM, 100 steps, η = 0.5',
      run: () => sampleDdim(best, x, steps(100), { ...options, eta: 0.5 }),
      expected: predicted(100, (t, s) => ddimCoefficients(schedule, t, s, { ...options, eta: 0.5 })),
    },
  ];

  it.each(cases)('have the mean and variance of the data: $name', async ({ run, expected }) => {
    // 1. In theory: the discretisation error is of the order of one step's share of the whole.
    expect(Math.abs(expected.mean - mean)).toBeLessThan(0.02);
    expect(Math.abs(Math.sqrt(expected.variance) / deviation - 1)).toBeLessThan(0.1);
    // 2. In the samples: within five standard errors of the theory.
    const { x: result } = await last(run());
    const sampleMean = result.reduce((sum, value) => sum + value, 0) / N;
    const sampleVariance = result.reduce((sum, value) => sum + (value - sampleMean) ** 2, 0) / N;
    expect(Math.abs(sampleMean - expected.mean)).toBeLessThan(5 * Math.sqrt(expected.variance / N));
    expect(Math.abs(sampleVariance / expected.variance - 1)).toBeLessThan(5 * Math.sqrt(2 / N));
  });

  it('keep unit variance exactly with fixedLarge if the data has it (DDPM section 3.2)', () => {
    for (const [t, tPrev] of steps(T).slice(0, -1)) {
      const c = ddpmCoefficients(schedule, t, tPrev, { predictionType: 'sample', variance: 'fixedLarge' });
      const factor = c.fromX + c.fromX0 * (schedule.sqrtAlphaBars[t] ?? 0); // E[x0 | x_t] = √ᾱ x_t
      expect(Math.abs(factor ** 2 + c.sigma ** 2 - 1)).toBeLessThan(1e-13); // products of 1000 rounded factors
    }
  });
});

describe('noise', () => {
  const network: Denoiser = async (x) => x.map((value) => value * 0.5);
  const options: StepOptions = { schedule, predictionType: 'epsilon', noise: neverNoise, images: [0, 7] };
  const x = initialNoise(1, options.images, 4);

  it('is not drawn by DDIM with η = 0', async () => {
    await expect(last(sampleDdim(network, x, steps(5), options))).resolves.toMatchObject({ index: 4 });
  });

  it('is drawn by DDPM once for each image and step, except the last step', async () => {
    const drawn: [number, number][] = [];
    const noise: NoiseSource = (out, image, step) => {
      drawn.push([image, step]);
      out.fill(0);
    };
    await last(sampleDdpm(network, x, steps(3), { ...options, noise }));
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
  const options: StepOptions = { schedule, predictionType: 'sample', noise: seededNoise(0), images: [0] };

  it('bounds the estimate and thus the result of the last step', async () => {
    const x = initialNoise(0, [0], 5);
    for (const sampler of [sampleDdpm, sampleDdim]) {
      expect((await last(sampler(network, x, steps(4), { ...options, clip: 0.75 }))).x).toEqual(
        new Float32Array(5).fill(0.75),
      );
      expect((await last(sampler(network, x, steps(4), options))).x0).toEqual(new Float32Array(5).fill(3));
    }
  });
});

describe('ddpmStep and ddimStep', () => {
  it('take the same steps as the samplers', async () => {
    const network: Denoiser = async (x, t) => x.map((value) => Math.fround(value * 0.3 + (t[0] ?? 0) / 5000));
    const pairs = steps(4);
    const options: StepOptions = {
      schedule,
      predictionType: 'v_prediction',
      noise: seededNoise(5),
      images: [4],
      clip: 1,
    };
    for (const [sampler, stepOf, settings] of [
      [sampleDdpm, ddpmStep, { variance: 'fixedLarge' }],
      [sampleDdim, ddimStep, { eta: 0.7 }],
    ] as const) {
      let x = initialNoise(5, [4], 6);
      let index = 0;
      for await (const done of sampler(network, x.slice(), pairs, { ...options, ...settings })) {
        const [t, tPrev] = pairs[index] ?? [0, 0];
        const noise = new Float32Array(6);
        options.noise(noise, 4, index);
        const next = new Float32Array(6);
        const output = await network(x, Float32Array.of(t));
        stepOf({ x, output, noise, next, x0: new Float32Array(6) }, schedule, t, tPrev, {
          predictionType: 'v_prediction',
          clip: 1,
          ...settings,
        });
        expect(next).toEqual(done.x);
        x = next;
        index++;
      }
      expect(index).toBe(4);
    }
  });
});
