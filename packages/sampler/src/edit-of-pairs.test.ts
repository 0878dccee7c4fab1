import { CLEAN, createSchedule, levelAt, levelsOf, timestepPairs } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import type { Denoiser } from './denoiser.ts';
import { inpaintRows } from './inpaint-rows.ts';
import type { Terms } from './row.ts';
import { sample } from './sample.ts';
import type { SampleRequest } from './sample-request.ts';
import { samplers } from './sampler-table.ts';
import type { Inpainting } from './sampling-plan.ts';

// The image consists of pairs of correlated normal values, side by side. The first value of each pair is known.
describe('the drawn values of correlated pairs', () => {
  const PAIRS = 1000;
  const MEAN = [0.1, -0.2] as const;
  const COVARIANCE = [0.09, 0.072, 0.09] as const;
  const KNOWN = 0.4;
  const [a, b, c] = COVARIANCE;
  const conditional = { mean: MEAN[1] + (b / a) * (KNOWN - MEAN[0]), variance: c - (b * b) / a };
  const schedule = createSchedule({ kind: 'linear' });

  /** The exact ε: σ (α² Σ + σ²)⁻¹ (x − α μ). */
  const exact: Denoiser = async (x, t) => {
    const { alpha, sigma } = levelAt(schedule, t[0] ?? 0);
    const [p, q, r] = [alpha ** 2 * a + sigma ** 2, alpha ** 2 * b, alpha ** 2 * c + sigma ** 2];
    const determinant = p * r - q * q;
    const out = new Float32Array(x.length);
    for (let i = 0; i < x.length; i += 2) {
      const [u, v] = [(x[i] as number) - alpha * MEAN[0], (x[i + 1] as number) - alpha * MEAN[1]];
      out[i] = (sigma * (r * u - q * v)) / determinant;
      out[i + 1] = (sigma * (p * v - q * u)) / determinant;
    }
    return out;
  };

  async function moments(sampler: SampleRequest['sampler'], steps: number, resample: number) {
    const edit = {
      image: new Float32Array(2 * PAIRS).fill(KNOWN),
      mask: Uint8Array.from({ length: 2 * PAIRS }, (_, i) => i % 2),
      resample,
    };
    let x = new Float32Array(0);
    const shape = { channels: 1, height: 1, width: 2 * PAIRS };
    const run = { shape, schedule, predictionType: 'epsilon', seed: 3, images: 1, clip: false } as const;
    for await (const step of sample(exact, { ...run, sampler, steps, edit })) x = Float32Array.from(step.x);
    const drawn = x.filter((_, i) => i % 2 === 1);
    const mean = drawn.reduce((sum, value) => sum + value, 0) / PAIRS;
    return { mean, variance: drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / PAIRS };
  }

  /** Computes the mean and the variance of the drawn values after all rows of a run, in closed form. */
  function followed(
    steps: number,
    inpainting: Inpainting,
  ): { readonly mean: number; readonly variance: number } {
    const pairs = timestepPairs({ spacing: 'trailing', steps, numTrainTimesteps: 1000 });
    const levels = levelsOf(schedule, pairs);
    const rows = inpaintRows(
      (part) => samplers.ddpm.rows({ schedule, levels: part }, {}),
      levels,
      inpainting,
    );
    const { alpha, sigma } = levels[0] ?? CLEAN;
    let [m, n] = [alpha * KNOWN, 0];
    let [p, q, r] = [sigma ** 2, 0, 1];
    for (const { at, next: terms, known } of rows) {
      const next: Terms = terms;
      const { x = 0, x0 = 0, noise: [z = 0] = [] } = next;
      // x_0 = M x + k, with M = α Σ (α² Σ + σ²)⁻¹. M is symmetric, and its two diagonal values are equal.
      const level = at ?? CLEAN;
      const [d, o] = [level.alpha ** 2 * a + level.sigma ** 2, level.alpha ** 2 * b];
      const [M, N] = [a * d - b * o, b * d - a * o].map((each) => (level.alpha * each) / (d * d - o * o)) as [
        number,
        number,
      ];
      const [A, B] = [x + x0 * M, x0 * N];
      const k = MEAN.map((mean, i) => x0 * (mean - level.alpha * (M * mean + N * (MEAN[1 - i] ?? 0)))) as [
        number,
        number,
      ];
      [m, n] = [A * m + B * n + k[0], B * m + A * n + k[1]];
      [p, q, r] = [
        A * A * p + 2 * A * B * q + B * B * r + z * z,
        A * B * (p + r) + (A * A + B * B) * q,
        B * B * p + 2 * A * B * q + A * A * r + z * z,
      ];
      if (known !== undefined) [m, p, q] = [known.at.alpha * KNOWN, known.at.sigma ** 2, 0];
    }
    return { mean: n, variance: r };
  }

  it('have the mean and variance that follow from the rows', async () => {
    const sampled = await moments('ddpm', 20, 3);
    const expected = followed(20, { resample: 3, jump: 1 });
    // Both tolerances are three standard errors of 1000 pairs.
    const deviation = Math.sqrt(expected.variance / PAIRS);
    expect(Math.abs(sampled.mean - expected.mean)).toBeLessThan(3 * deviation);
    expect(Math.abs(sampled.variance / expected.variance - 1)).toBeLessThan(3 * Math.sqrt(2 / PAIRS));
  });

  it('approach the conditional mean with resampling, and have about the conditional variance', () => {
    const errorOf = (n: number, resample: number): number =>
      Math.abs(followed(n, { resample, jump: 1 }).mean - conditional.mean);
    expect(errorOf(250, 1)).toBeGreaterThan(0.08);
    expect(errorOf(250, 25)).toBeLessThan(0.01);
    // Near the image, the variances of DDPM are too small for these data, so each repeated step loses a little variance.
    const { mean, variance } = followed(1000, { resample: 10, jump: 1 });
    expect(Math.abs(mean - conditional.mean)).toBeLessThan(0.01);
    expect(Math.abs(variance / conditional.variance - 1)).toBeLessThan(0.12);
  });

  it('get closer to the conditional mean if a multistep sampler resamples', async () => {
    const once = await moments('dpmpp-2m-sde', 20, 1);
    const often = await moments('dpmpp-2m-sde', 20, 8);
    expect(Math.abs(often.mean - conditional.mean)).toBeLessThan(
      0.6 * Math.abs(once.mean - conditional.mean),
    );
    // If the sampler extrapolated from predictions before a jump back, each repetition would multiply the variance.
    expect(often.variance).toBeLessThan(1.5 * conditional.variance);
  });
});
