import {
  createSchedule,
  MAX_TRAIN_TIMESTEPS,
  parseScheduleConfig,
  type Schedule,
  type ScheduleConfig,
} from '@isonoise/schedule';

/**
 * Limits of {@link RecentSchedules}. The total of timesteps is limited as well, because the largest schedule
 * takes tens of megabytes.
 */
export interface RecentLimits {
  readonly schedules: number;
  /** Maximum total timesteps of the kept schedules. A schedule that alone exceeds it is never kept. */
  readonly timesteps: number;
}

/** Keeps recently created schedules, each under a key that identifies its configuration. */
export class RecentSchedules {
  readonly #made = new Map<string, Schedule>();
  readonly #limits: RecentLimits;
  #timesteps = 0;

  constructor(limits: RecentLimits) {
    this.#limits = limits;
  }

  get(key: string): Schedule | undefined {
    return this.#made.get(key);
  }

  /** Adds a schedule with a new key and removes as many of the oldest as the limits require. */
  add(key: string, schedule: Schedule): void {
    const { schedules, timesteps } = this.#limits;
    const size = schedule.numTrainTimesteps;
    if (size > timesteps) return;
    for (const [oldest, { numTrainTimesteps }] of this.#made) {
      if (this.#made.size < schedules && this.#timesteps + size <= timesteps) break;
      this.#made.delete(oldest);
      this.#timesteps -= numTrainTimesteps;
    }
    this.#made.set(key, schedule);
    this.#timesteps += size;
  }
}

/**
 * The schedules that all requests share. Most requests use one of a few models, so few schedules are enough. The limit
 * of all timesteps equals the maximum of one schedule, so any schedule can be kept.
 */
const recent = new RecentSchedules({ schedules: 16, timesteps: MAX_TRAIN_TIMESTEPS });

/** Creates a schedule as `createSchedule` does, or returns a recent one of equal configuration. */
export function recentSchedule(config: ScheduleConfig): Schedule {
  const key = JSON.stringify(parseScheduleConfig(config));
  const known = recent.get(key);
  if (known !== undefined) return known;
  const schedule = createSchedule(config);
  recent.add(key, schedule);
  return schedule;
}
