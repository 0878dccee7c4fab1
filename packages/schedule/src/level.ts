import { log } from './elementary.ts';
import { checkTimestep, type Schedule } from './schedule.ts';
import type { TimestepPair } from './timestep-pairs.ts';

/** A point of the forward process: x_t = alpha · x_0 + sigma · ε, with alpha² + sigma² = 1. */
export interface Level {
  /** The timestep; -1 for {@link CLEAN}. */
  readonly t: number;
  /** √ᾱ_t. */
  readonly alpha: number;
  /** √(1 - ᾱ_t). */
  readonly sigma: number;
  /** log(alpha / sigma): half the logarithm of the signal-to-noise ratio. Rises towards the image. */
  readonly lambda: number;
}

/** The image itself. */
export const CLEAN: Level = Object.freeze({ t: -1, alpha: 1, sigma: 0, lambda: Number.POSITIVE_INFINITY });

/** Returns the level of a timestep; {@link CLEAN} for t = -1. @throws `SCHEDULE_TIMESTEP` */
export function levelAt(schedule: Schedule, t: number): Level {
  if (t === -1) return CLEAN;
  checkTimestep('levelAt', schedule, t);
  const alpha = schedule.sqrtAlphaBars[t] as number;
  const sigma = schedule.sqrtOneMinusAlphaBars[t] as number;
  return Object.freeze({ t, alpha, sigma, lambda: log(alpha) - log(sigma) });
}

/** The levels of a reverse run: the start of each step, then the end of the last. @throws `SCHEDULE_TIMESTEP` */
export function levelsOf(schedule: Schedule, steps: readonly TimestepPair[]): readonly Level[] {
  const end = steps.at(-1)?.[1] ?? -1;
  return Object.freeze([...steps.map(([t]) => t), end].map((t) => levelAt(schedule, t)));
}
