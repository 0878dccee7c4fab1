import { type Denoiser, predictionCoefficients } from '@isonoise/sampler';
import { type Level, levelAt, type PredictionType, type Schedule } from '@isonoise/schedule';

/** Data whose values are independent normals. */
export interface GaussianData {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/** Returns the standard deviation of value i of x_t. */
export function noisyDeviation({ deviations }: GaussianData, { alpha, sigma }: Pick<Level, 'alpha' | 'sigma'>, i: number): number {
  return Math.hypot(alpha * (deviations[i] as number), sigma);
}

/** Returns the exact network for Gaussian data, E[… | x_t], with any prediction type. */
export function gaussianDenoiser(schedule: Schedule, predictionType: PredictionType, data: GaussianData): Denoiser {
  const size = data.means.length;
  return async (x, times) =>
    x.map((value, k) => {
      const level = levelOf(schedule, times[Math.floor(k / size)] as number);
      const i = k % size;
      const [mean, deviation] = [data.means[i] as number, data.deviations[i] as number];
      const gain = (level.alpha * deviation ** 2) / noisyDeviation(data, level, i) ** 2;
      const x0 = mean + gain * (value - level.alpha * mean);
      const { x0FromX, x0FromOutput } = predictionCoefficients(predictionType, level);
      return (x0 - x0FromX * value) / x0FromOutput;
    });
}

/** Returns the noise level at a time of the network. */
function levelOf(schedule: Schedule, t: number): Pick<Level, 'alpha' | 'sigma'> {
  if (schedule.process === 'diffusion') return levelAt(schedule, t);
  if (schedule.process === 'sine') return { alpha: Math.cos((t * Math.PI) / 2), sigma: Math.sin((t * Math.PI) / 2) };
  const sigma = t / schedule.numTrainTimesteps;
  return { alpha: 1 - sigma, sigma };
}
