import type { Denoiser } from '@isonoise/sampler';
import { createSchedule, levelAt } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { gaussianDenoiser, noisyDeviation } from '../../testdata/gaussian-denoiser.ts';
import { meanError } from './mean-error.ts';
import { timestepStrata } from './timestep-strata.ts';
import { variationalBound } from './variational-bound.ts';

const T = 40;
const SIZE = 100;
const schedule = createSchedule({ kind: 'linear', numTrainTimesteps: T, betaStart: 0.002, betaEnd: 0.3 });
const data = {
  means: new Array<number>(SIZE).fill(0.2),
  deviations: new Array<number>(SIZE).fill(0.5),
};
const all = timestepStrata(T, T);
const common = { schedule, clip: Number.POSITIVE_INFINITY, seed: 3, batchSize: 64 } as const;

/**
 * Creates images with the moments of the data. Half of their values are one standard deviation above the mean, and
 * half are one below.
 */
function images(count: number): { readonly x0: Float32Array; readonly numbers: readonly number[] } {
  const x0 = Float32Array.from({ length: count * SIZE }, (_, i) => 0.2 + (i % 2 === 0 ? 0.5 : -0.5));
  return { x0, numbers: Array.from({ length: count }, (_, i) => i) };
}

/** Computes a KL divergence in bits. @param square mean square of x_0 minus its estimate */
function bits(t: number, square: number, logVariance: number): number {
  const distance = (schedule.posteriorMeanCoef1[t] as number) ** 2 * square;
  const ratio = (schedule.posteriorLogVarianceClipped[t] as number) - logVariance;
  return (Math.exp(ratio) - 1 - ratio + distance / Math.exp(logVariance)) / 2 / Math.LN2;
}

describe('variationalBound', () => {
  it.each(['epsilon', 'sample', 'v_prediction'] as const)(
    'equals the closed form for Gaussian data, with prediction %s',
    async (predictionType) => {
      const count = 10;
      const { terms } = await variationalBound(images(count), {
        ...common,
        denoise: gaussianDenoiser(schedule, predictionType, data),
        predictionType,
        variances: ['fixedSmall', 'fixedLarge'],
        strata: all,
      });
      for (const t of [1, 5, 20, T - 1]) {
        const level = levelAt(schedule, t);
        // The mean square is the variance of x_0 given x_t.
        const square = ((0.5 * level.sigma) / noisyDeviation(data, level, 0)) ** 2;
        const logVariances = [
          schedule.posteriorLogVarianceClipped[t] as number,
          Math.log(schedule.betas[t] as number),
        ];
        logVariances.forEach((logVariance, v) => {
          const found = meanError(Array.from({ length: count }, (_, b) => terms[v]?.[b * T + t] as number));
          // The mean of 1000 squares has a relative standard deviation of √(2/1000) = 4.5 %. The tolerance is
          // four times that.
          expect(Math.abs(found.mean / bits(t, square, logVariance) - 1)).toBeLessThan(0.18);
        });
      }
    },
  );

  it('has the same expectation with few strata as with all timesteps', async () => {
    const count = 60;
    const total = async (strata: typeof all) => {
      const { terms } = await variationalBound(images(count), {
        ...common,
        denoise: gaussianDenoiser(schedule, 'epsilon', data),
        predictionType: 'epsilon',
        variances: ['fixedLarge'],
        strata,
      });
      const sums = Array.from({ length: count }, (_, b) =>
        strata.reduce(
          (sum, { count: size }, k) => sum + size * (terms[0]?.[b * strata.length + k] as number),
          0,
        ),
      );
      return meanError(sums);
    };
    const [few, whole] = [await total(timestepStrata(T, 8)), await total(all)];
    expect(Math.abs(few.mean - whole.mean)).toBeLessThan(4 * Math.hypot(few.error, whole.error));
    // Without a small error, the comparison would prove nothing.
    expect(few.error / few.mean).toBeLessThan(0.02);
  });

  it('gives an image the same terms in any batch, and chooses different timesteps for different images', async () => {
    const options = {
      ...common,
      denoise: gaussianDenoiser(schedule, 'epsilon', data),
      predictionType: 'epsilon',
      variances: ['fixedSmall'],
      strata: timestepStrata(T, 5),
    } as const;
    const both = await variationalBound(images(2), options);
    const second = await variationalBound({ x0: images(1).x0, numbers: [1] }, { ...options, batchSize: 2 });
    expect(both.terms[0]?.slice(5)).toEqual(second.terms[0]);
    expect(both.timesteps.slice(5)).toEqual(second.timesteps);
    expect(both.timesteps.slice(0, 5)).not.toEqual(second.timesteps);
  });

  it('passes the class of each image to the network, and reads variances from its output', async () => {
    // The prediction is x_0 = 0, and log σ² is -4 minus the class.
    const denoise: Denoiser = async (x, times, labels) =>
      Float32Array.from({ length: 2 * x.length }, (_, i) => {
        const image = Math.floor(i / (2 * SIZE));
        return i % (2 * SIZE) < SIZE ? 0 * (times[image] as number) : -4 - (labels?.[image] as number);
      });
    const { terms, timesteps } = await variationalBound(
      { ...images(2), condition: Int32Array.of(0, 3) },
      {
        ...common,
        denoise,
        predictionType: 'sample',
        variances: ['learnedLog'],
        strata: timestepStrata(T, 2),
      },
    );
    for (const [image, logVariance] of [
      [0, -4],
      [1, -7],
    ] as const) {
      const at = 2 * image + 1;
      // The tolerance allows for rounding of x_0 to float32.
      expect(terms[0]?.[at]).toBeCloseTo(bits(timesteps[at] as number, 0.2 ** 2 + 0.5 ** 2, logVariance), 4);
    }
  });

  it('refuses NaN in outputs, and stops when its signal is aborted', async () => {
    const options = {
      ...common,
      predictionType: 'sample',
      variances: ['fixedSmall'],
      strata: timestepStrata(T, 2),
    } as const;
    const broken: Denoiser = async (x) => x.map(() => Number.NaN);
    await expect(variationalBound(images(2), { ...options, denoise: broken })).rejects.toMatchObject({
      code: 'EVALUATE_NON_FINITE',
      message: expect.stringContaining('returned NaN at t = 0'),
    });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(variationalBound(images(2), { ...options, denoise: broken, signal })).rejects.toThrow(
      'enough',
    );
  });
});
