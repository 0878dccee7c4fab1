import { exp, log } from './elementary.ts';
import { scheduleError } from './errors.ts';
import { type FlowFactors, type FlowSchedule, flowFactors, shiftFactors } from './flow-schedule.ts';
import { checkTime, type DiffusionSchedule, type Schedule } from './schedule.ts';
import { sineFactors, sineTime } from './sine-schedule.ts';
import type { TimestepPair } from './timestep-pairs.ts';

/**
 * A point of the forward process: x_t = alpha · x_0 + sigma · ε. alpha + sigma = 1 for flow matching; alpha² + sigma² = 1
 * for diffusion and sine schedules.
 */
export interface Level {
  /**
   * Time that the network gets. It may be fractional. t for diffusion; T · sigma for flow matching; the angle of (alpha,
   * sigma) in quarter turns for a sine schedule; -1 for {@link CLEAN}.
   */
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

const levelOf = (t: number, { alpha, sigma }: FlowFactors): Level =>
  Object.freeze({ t, alpha, sigma, lambda: log(alpha) - log(sigma) });

/**
 * Returns the level of a timestep; {@link CLEAN} for t = -1. Between two timesteps of diffusion, log(sigma / alpha) is
 * linear in t, as in k-diffusion.
 *
 * @param t -1, or in [0, T-1], whole or fractional; in [-1, T-1] for schedules without β
 * @throws `SCHEDULE_TIMESTEP`
 */
export function levelAt(schedule: Schedule, t: number): Level {
  if (t === -1) return CLEAN;
  if (schedule.process !== 'diffusion') return continuousLevel(schedule, t);
  checkTime('levelAt', schedule, t);
  if (Number.isInteger(t)) {
    return levelOf(t, {
      alpha: schedule.sqrtAlphaBars[t] as number,
      sigma: schedule.sqrtOneMinusAlphaBars[t] as number,
    });
  }
  const noise = noiseBetween(schedule, t);
  const ratio = exp(noise);
  const alpha = 1 / Math.sqrt(1 + ratio * ratio);
  return Object.freeze({ t, alpha, sigma: ratio * alpha, lambda: -noise });
}

function continuousLevel(schedule: Exclude<Schedule, DiffusionSchedule>, t: number): Level {
  const { numTrainTimesteps: T } = schedule;
  if (!(t > -1 && t <= T - 1)) {
    throw scheduleError(
      'SCHEDULE_TIMESTEP',
      `levelAt: timestep is ${t}; expected a number in [-1, ${T - 1}].`,
    );
  }
  if (schedule.process === 'flow') {
    const factors = flowFactors(schedule.config, t);
    return levelOf(T * factors.sigma, factors);
  }
  const factors = sineFactors(schedule.config, t);
  return levelOf(sineTime(factors), factors);
}

/**
 * Finite value for log(sigma / alpha) at pure noise, where the true value is infinite. As in diffusers, it is the value
 * for ᾱ = 2⁻²⁴.
 */
const PURE_NOISE = log(2 ** 24 - 1) / 2;

const isPureNoise = ({ sqrtAlphaBars }: DiffusionSchedule, t: number): boolean => sqrtAlphaBars[t] === 0;

/** log(sigma / alpha) of a whole timestep. It rises with t. It is finite even at pure noise, for interpolation. */
export function logNoise(schedule: DiffusionSchedule, t: number): number {
  if (isPureNoise(schedule, t)) return Math.max(PURE_NOISE, logNoise(schedule, t - 1) + 1);
  const { sqrtAlphaBars, sqrtOneMinusAlphaBars } = schedule;
  return log(sqrtOneMinusAlphaBars[t] as number) - log(sqrtAlphaBars[t] as number);
}

/** log(sigma / alpha) of a fractional time. */
function noiseBetween(schedule: DiffusionSchedule, t: number): number {
  const below = Math.floor(t);
  const share = t - below;
  return (1 - share) * logNoise(schedule, below) + share * logNoise(schedule, below + 1);
}

/**
 * log(sigma / alpha) at the first or the last time of a grid of sigmas. The time may be fractional. At pure noise, the
 * result is the value that diffusers uses.
 */
export function gridNoise(schedule: DiffusionSchedule, t: number): number {
  if (isPureNoise(schedule, t)) return PURE_NOISE;
  return Number.isInteger(t) ? logNoise(schedule, t) : noiseBetween(schedule, t);
}

/**
 * Returns the t in [0, T-1] whose level has the given log(sigma / alpha): the inverse of {@link levelAt}. Values beyond
 * the schedule give its ends.
 */
export function timeOfNoise(schedule: DiffusionSchedule, noise: number): number {
  let [below, above] = [0, schedule.numTrainTimesteps - 1];
  if (noise <= logNoise(schedule, below)) return below;
  if (noise >= logNoise(schedule, above)) return above;
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (logNoise(schedule, middle) <= noise) below = middle;
    else above = middle;
  }
  const start = logNoise(schedule, below);
  return below + (noise - start) / (logNoise(schedule, above) - start);
}

/** The levels of a reverse run: the start of each step, then the end of the last. @throws `SCHEDULE_TIMESTEP` */
export function levelsOf(schedule: Schedule, steps: readonly TimestepPair[]): readonly Level[] {
  const end = steps.at(-1)?.[1] ?? -1;
  return Object.freeze([...steps.map(([t]) => t), end].map((t) => levelAt(schedule, t)));
}

/** Converts the levels of a run on a flow schedule to another shift. */
export function withShift(
  levels: readonly Level[],
  { numTrainTimesteps: T, config }: FlowSchedule,
  shift: number,
): readonly Level[] {
  if (shift === config.shift) return levels;
  return levels.map((level) => {
    const factors = shiftFactors(level, shift / config.shift);
    return level.sigma === 0 ? level : levelOf(T * factors.sigma, factors);
  });
}
