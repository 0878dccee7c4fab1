import { exp, log } from './elementary.ts';
import { type Level, levelAt } from './level.ts';
import type { DiffusionSchedule, Schedule } from './schedule.ts';

const lambdaAt = (schedule: DiffusionSchedule, t: number): number =>
  log(schedule.sqrtAlphaBars[t] as number) - log(schedule.sqrtOneMinusAlphaBars[t] as number);

/**
 * Returns the level with a given λ = log(alpha / sigma). For diffusion its t lies between timesteps, interpolated in λ as in
 * k-diffusion's `sigma_to_t`; it is 0 or T - 1 for levels outside the schedule. For flow matching it is T · sigma.
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
  // λ falls with t: it is at or above `lambda` at low, and below it at high.
  let [low, high] = [0, schedule.numTrainTimesteps - 1];
  const [most, least] = [lambdaAt(schedule, low), lambdaAt(schedule, high)];
  if (lambda === least) return levelAt(schedule, high);
  if (lambda >= most) high = low;
  else if (lambda < least) low = high;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (lambdaAt(schedule, middle) >= lambda) low = middle;
    else high = middle;
  }
  const [above, below] = [lambdaAt(schedule, low), lambdaAt(schedule, high)];
  if (above === lambda) return levelAt(schedule, low);
  return Object.freeze({
    t: high === low ? low : low + (above - lambda) / (above - below),
    alpha: 1 / Math.sqrt(1 + exp(-2 * lambda)),
    sigma: 1 / Math.sqrt(1 + exp(2 * lambda)),
    lambda,
  });
}
