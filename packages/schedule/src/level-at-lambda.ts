import { exp } from './elementary.ts';
import { type Level, levelAt, timeOfNoise } from './level.ts';
import type { Schedule } from './schedule.ts';
import { sineTime } from './sine-schedule.ts';

/**
 * Returns the level with a given λ = log(alpha / sigma).
 *
 * - Diffusion: t is interpolated in λ between timesteps, as in k-diffusion's `sigma_to_t`. For a level outside the
 *   schedule, t is 0 or T - 1.
 * - Flow matching: t is T · sigma.
 * - Sine schedule: t is the angle of (alpha, sigma).
 */
export function levelAtLambda(schedule: Schedule, lambda: number): Level {
  if (schedule.process === 'flow') {
    const sigma = 1 / (1 + exp(lambda));
    return Object.freeze({
      t: schedule.numTrainTimesteps * sigma,
      alpha: 1 / (1 + exp(-lambda)),
      sigma,
      lambda,
    });
  }
  const factors = { alpha: 1 / Math.sqrt(1 + exp(-2 * lambda)), sigma: 1 / Math.sqrt(1 + exp(2 * lambda)) };
  if (schedule.process === 'sine') return Object.freeze({ t: sineTime(factors), ...factors, lambda });
  const t = timeOfNoise(schedule, -lambda);
  const known = Number.isInteger(t) ? levelAt(schedule, t) : undefined;
  if (known?.lambda === lambda) return known;
  return Object.freeze({ t, ...factors, lambda });
}
