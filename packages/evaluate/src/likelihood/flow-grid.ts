import { plural } from '@isonoise/error';
import { type Level, levelAt, levelAtLambda, type PredictionType, type Schedule } from '@isonoise/schedule';
import { evaluateError } from '../errors.ts';

/** A point of the probability-flow ODE. */
export interface FlowNode {
  readonly level: Level;
  /**
   * Time τ of the ODE dx/dτ = (dα/dτ) x_0 + (dσ/dτ) ε. If α² + σ² = 1, τ is the angle with α = cos τ and σ = sin τ.
   * For flow matching, τ is σ. The right side of the ODE is v or the velocity. It is bounded at both ends.
   */
  readonly time: number;
}

export interface FlowGridOptions {
  readonly schedule: Schedule;
  readonly predictionType: PredictionType;
  /** Number of steps of the solver. */
  readonly steps: number;
  /** Whether to round the times to timesteps and remove duplicates, for a network that accepts only timesteps. */
  readonly wholeTimes: boolean;
}

/**
 * Smallest σ at which the ODE may begin, an eighth of the interval of a byte. The divergence is estimated by finite
 * differences whose length is a share of σ. At the first σ of sine schedules, 2.5e-6, they would be smaller than the
 * rounding errors of float32.
 */
const MIN_SIGMA = 1e-3;

/**
 * Chooses the times of the probability-flow ODE, from little noise to the last timestep. The times are evenly spaced
 * in log τ, and therefore in log(α/σ) near the image. The terms of all noise levels then have about the same size.
 *
 * @throws `EVALUATE_SHAPE` if fewer than two times are left, or whole times of a sine schedule are requested
 */
export function flowGrid({
  schedule,
  predictionType,
  steps,
  wholeTimes,
}: FlowGridOptions): readonly FlowNode[] {
  const T = schedule.numTrainTimesteps;
  const nodeOf = (exact: Level): FlowNode => {
    const level = wholeTimes ? rounded(schedule, exact) : exact;
    return { level, time: timeOf(schedule, level) };
  };
  const first = levelAt(schedule, 0);
  const from = nodeOf(first.sigma < MIN_SIGMA ? levelAtLambda(schedule, lambdaOfMinSigma(schedule)) : first);
  // At pure noise, ε contains no information about the image.
  const isBlind = predictionType === 'epsilon' && levelAt(schedule, T - 1).alpha === 0;
  const to = nodeOf(levelAt(schedule, isBlind ? T - 2 : T - 1));
  const between = Array.from({ length: Math.max(0, steps - 1) }, (_, k) => {
    const time = from.time * (to.time / from.time) ** ((k + 1) / steps);
    return nodeOf(levelAtLambda(schedule, lambdaOf(schedule, time)));
  });
  const nodes = [from, ...between, to].filter(
    ({ time }, k, all) => k === 0 || time > (all[k - 1] as FlowNode).time,
  );
  if (steps >= 1 && nodes.length >= 2) return nodes;
  throw evaluateError(
    'EVALUATE_SHAPE',
    `probability flow: got ${plural(steps, 'step')} over ${plural(T, 'timestep')}; expected at least one step and two timesteps. Use more of them.`,
  );
}

function timeOf({ process }: Schedule, { alpha, sigma }: Level): number {
  return process === 'flow' ? sigma : Math.atan2(sigma, alpha);
}

/** Returns λ = log(α/σ) at a time, the inverse of {@link timeOf}. */
function lambdaOf({ process }: Schedule, time: number): number {
  return process === 'flow' ? Math.log((1 - time) / time) : -Math.log(Math.tan(time));
}

/** Returns λ = log(α/σ) at {@link MIN_SIGMA}. */
function lambdaOfMinSigma(schedule: Schedule): number {
  return lambdaOf(schedule, schedule.process === 'flow' ? MIN_SIGMA : Math.asin(MIN_SIGMA));
}

/** Returns the level at the nearest whole time of the network. For flow matching, this time is T · σ. */
function rounded(schedule: Schedule, level: Level): Level {
  if (schedule.process === 'sine') {
    throw evaluateError(
      'EVALUATE_SHAPE',
      'probability flow: the network accepts only whole times, but a sine schedule has times from 0 to 1; expected a ' +
        'network that accepts fractional times. Export the model again.',
    );
  }
  const t = Math.round(level.t);
  if (schedule.process === 'diffusion') return levelAt(schedule, t);
  const sigma = t / schedule.numTrainTimesteps;
  return { t, sigma, alpha: 1 - sigma, lambda: lambdaOf(schedule, sigma) };
}
