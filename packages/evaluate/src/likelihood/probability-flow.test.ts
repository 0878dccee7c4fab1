import { fillUniforms } from '@isonoise/random';
import type { Denoiser } from '@isonoise/sampler';
import { createSchedule, levelAt, type PredictionType, type Schedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { type GaussianData, gaussianDenoiser, noisyDeviation } from '../../testdata/gaussian-denoiser.ts';
import { flowBits, flowCalls } from './probability-flow.ts';

const SEED = 4;
const data: GaussianData = { means: [0, 0.3, -0.5, 0.1], deviations: [0.2, 0.4, 0.05, 1] };
const size = data.means.length;
const images = { x0: Float32Array.of(0.1, 0.5, -0.45, 0.9, -0.3, 0.1, -0.55, -0.7), numbers: [0, 6] };

/**
 * Returns the exact result. The ODE does not change the distance of a value from the mean, measured in standard
 * deviations.
 */
function exactBits(schedule: Schedule, index: number, last: number): number {
  const uniforms = new Float32Array(size);
  fillUniforms(uniforms, {
    seed: SEED,
    image: images.numbers[index] as number,
    step: 0,
    purpose: 'dequantization',
  });
  const [from, to] = [levelAt(schedule, 0), levelAt(schedule, last)];
  let nats = 0;
  data.means.forEach((mean, i) => {
    const x = (images.x0[index * size + i] as number) + (2 * (uniforms[i] as number) - 1) / 255;
    const growth = noisyDeviation(data, to, i) / noisyDeviation(data, from, i);
    const end = to.alpha * mean + growth * from.alpha * (x - mean);
    const variance = to.alpha ** 2 + to.sigma ** 2;
    nats += (end ** 2 / variance + Math.log(2 * Math.PI * variance)) / 2 - Math.log(growth * from.alpha);
  });
  return nats / size / Math.LN2 - Math.log2(2 / 255);
}

const SCHEDULES: readonly (readonly [string, PredictionType, Schedule])[] = [
  ['linear', 'epsilon', createSchedule({ kind: 'linear' })],
  ['linear', 'sample', createSchedule({ kind: 'linear' })],
  ['cosine', 'v_prediction', createSchedule({ kind: 'cosine' })],
  ['zero-SNR linear', 'v_prediction', createSchedule({ kind: 'linear', zeroTerminalSnr: true })],
  ['flow', 'flow', createSchedule({ kind: 'flow' })],
  // The first timestep has σ = 2.5e-6. The ODE begins at 1e-3 instead, which changes the exact result by less than
  // 1e-4.
  ['sine', 'v_prediction', createSchedule({ kind: 'sine' })],
];

describe('flowBits', () => {
  it.each(SCHEDULES)(
    'approaches the closed form for Gaussian data with a %s schedule and prediction %s',
    async (_, predictionType, schedule) => {
      const options = { schedule, predictionType, seed: SEED, batchSize: 3, wholeTimes: false };
      const denoise = gaussianDenoiser(schedule, predictionType, data);
      const errorOf = async (steps: number): Promise<number> => {
        const bits = await flowBits(images, { ...options, denoise, steps });
        return Math.max(
          ...Array.from(bits, (value, b) =>
            Math.abs(value - exactBits(schedule, b, schedule.numTrainTimesteps - 1)),
          ),
        );
      };
      const [coarse, fine] = [await errorOf(50), await errorOf(200)];
      // Heun's method has order 2. The float32 values of the network limit the accuracy of the finite differences.
      expect(coarse).toBeLessThan(0.02);
      expect(fine).toBeLessThan(0.002);
    },
  );

  it('visits only whole timesteps if wholeTimes is set, with the number of calls that flowCalls returns', async () => {
    const schedule = createSchedule({ kind: 'linear' });
    const options = {
      schedule,
      predictionType: 'epsilon',
      seed: SEED,
      batchSize: 64,
      wholeTimes: true,
      steps: 60,
    } as const;
    const exact = gaussianDenoiser(schedule, 'epsilon', data);
    let calls = 0;
    const seen = new Set<number>();
    const denoise: Denoiser = (x, t) => {
      calls += t.length / images.numbers.length;
      for (const time of t) seen.add(time);
      return exact(x, t);
    };
    const bits = await flowBits(images, { ...options, denoise });
    expect([...seen].every(Number.isInteger)).toBe(true);
    expect(calls).toBe(flowCalls(options));
    expect(calls).toBeLessThan(4 * 60);
    // Steps near the image are large, because there are few whole timesteps.
    expect(Math.abs((bits[0] as number) - exactBits(schedule, 0, 999))).toBeLessThan(0.05);
  });

  it('refuses whole times with a sine schedule', async () => {
    const schedule = createSchedule({ kind: 'sine' });
    const denoise = gaussianDenoiser(schedule, 'v_prediction', data);
    const options = { schedule, predictionType: 'v_prediction', seed: SEED, batchSize: 4, steps: 9 } as const;
    await expect(flowBits(images, { ...options, denoise, wholeTimes: true })).rejects.toMatchObject({
      code: 'EVALUATE_SHAPE',
      message: expect.stringContaining('expected a network that accepts fractional times'),
    });
  });

  it('ends before pure noise for a network that predicts ε', async () => {
    const schedule = createSchedule({ kind: 'linear', zeroTerminalSnr: true });
    const denoise = gaussianDenoiser(schedule, 'epsilon', data);
    const bits = await flowBits(images, {
      schedule,
      predictionType: 'epsilon',
      seed: SEED,
      batchSize: 64,
      wholeTimes: false,
      steps: 200,
      denoise,
    });
    expect(Math.abs((bits[1] as number) - exactBits(schedule, 1, 998))).toBeLessThan(0.005);
  });

  it('estimates the divergence without bias, even if output values depend on several inputs', async () => {
    // Each value of ε depends on two correlated values of x, so the Jacobian has off-diagonal entries.
    const schedule = createSchedule({ kind: 'linear' });
    const denoise: Denoiser = async (x, t) =>
      x.map((_, k) => {
        const { alpha, sigma } = levelAt(schedule, t[k >> 1] as number);
        const [a, b] = [x[k] as number, x[k ^ 1] as number];
        // Two values with standard deviation 0.5 and correlation 0.8, divided by √2, have a sum with variance 0.45
        // and a difference with variance 0.05.
        const part = (value: number, variance: number): number =>
          (sigma * value) / (alpha ** 2 * variance + sigma ** 2);
        return part(a + b, 0.45) / 2 + part(a - b, 0.05) / 2;
      });
    const count = 100;
    const many = { x0: new Float32Array(2 * count), numbers: Array.from({ length: count }, (_, i) => i) };
    const bits = await flowBits(many, {
      schedule,
      predictionType: 'epsilon',
      seed: SEED,
      batchSize: 200,
      wholeTimes: false,
      steps: 50,
      denoise,
    });
    const mean = bits.reduce((sum, value) => sum + value, 0) / count;
    const [from, to] = [levelAt(schedule, 0), levelAt(schedule, 999)];
    const logGrowth = [0.45, 0.05].map((variance) =>
      Math.log(
        Math.hypot(to.alpha * Math.sqrt(variance), to.sigma) /
          Math.hypot(from.alpha * Math.sqrt(variance), from.sigma),
      ),
    );
    const nats =
      Math.log(2 * Math.PI) - logGrowth.reduce((sum, each) => sum + each, 0) - 2 * Math.log(from.alpha);
    // All values are within 1/255 of the data's mean. The mean of 100 estimates has an error of about 0.01.
    expect(mean).toBeCloseTo(nats / 2 / Math.LN2 - Math.log2(2 / 255), 1);
  });
});
