import { exp, log } from './elementary.ts';
import { scheduleError } from './errors.ts';
import { type FlowFactors, flowFactors, shiftFactors } from './flow-schedule.ts';
import { checkTimestep, type Schedule } from './schedule.ts';
import type { TimestepPair } from './timestep-pairs.ts';

/**
 * A point of the forward process: x_t = alpha · x_0 + sigma · ε. For diffusion alpha² + sigma² = 1, for flow matching
 * alpha + sigma = 1.
 */
export interface Level {
  /** What the network is shown as its timestep: t for diffusion, T · sigma for flow matching; -1 for {@link CLEAN}. */
  readonly t: number;
  /** √ᾱ_t for diffusion. */
  readonly alpha: number;
  /** √(1 - ᾱ_t) for diffusion. */
  readonly sigma: number;
  /** log(alpha / sigma): half the logarithm of the signal-to-noise ratio. Rises towards the image. */
  readonly lambda: number;
}

/** The image itself. */
export const CLEAN: Level = Object.freeze({ t: -1, alpha: 1, sigma: 0, lambda: Number.POSITIVE_INFINITY });

const makeLevel = (t: number, { alpha, sigma }: FlowFactors): Level =>
  Object.freeze({ t, alpha, sigma, lambda: log(alpha) - log(sigma) });

/**
 * Returns the level of a timestep; {@link CLEAN} for t = -1. Between timesteps of diffusion, log(sigma / alpha) is linear in
 * t, as in k-diffusion.
 *
 * @param t whole or fractional
 * @throws `SCHEDULE_TIMESTEP`
 */
export function levelAt(schedule: Schedule, t: number): Level {
  if (t === -1) return CLEAN;
  const { numTrainTimesteps: T } = schedule;
  if (schedule.process === 'flow') {
    if (!(t > -1 && t <= T - 1)) {
      throw scheduleError(
        'SCHEDULE_TIMESTEP',
        `levelAt: timestep is ${t}; expected a number in (-1, ${T - 1}].`,
      );
    }
    const factors = flowFactors(schedule.config, t);
    return makeLevel(T * factors.sigma, factors);
  }
  const wholeAt = (whole: number): Level =>
    makeLevel(whole, {
      alpha: schedule.sqrtAlphaBars[whole] as number,
      sigma: schedule.sqrtOneMinusAlphaBars[whole] as number,
    });
  if (Number.isInteger(t) || !(t > 0 && t < T - 1)) return wholeAt(checkTimestep('levelAt', schedule, t));
  const below = Math.floor(t);
  const share = t - below;
  const lambda = (1 - share) * wholeAt(below).lambda + share * wholeAt(below + 1).lambda;
  const sigma = 1 / Math.sqrt(1 + exp(2 * lambda));
  return Object.freeze({ t, alpha: 1 / Math.sqrt(1 + exp(-2 * lambda)), sigma, lambda });
}

/** The levels of a reverse run: the start of each step, then the end of the last. @throws `SCHEDULE_TIMESTEP` */
export function levelsOf(schedule: Schedule, steps: readonly TimestepPair[]): readonly Level[] {
  const end = steps.at(-1)?.[1] ?? -1;
  return Object.freeze([...steps.map(([t]) => t), end].map((t) => levelAt(schedule, t)));
}

/** The levels of a run on a flow schedule as if its shift were another one. */
export function withShift(
  levels: readonly Level[],
  { numTrainTimesteps: T, config }: Extract<Schedule, { process: 'flow' }>,
  shift: number,
): readonly Level[] {
  if (shift === config.shift) return levels;
  return levels.map((level) => {
    const factors = shiftFactors(level, shift / config.shift);
    return level.sigma === 0 ? level : makeLevel(T * factors.sigma, factors);
  });
}
