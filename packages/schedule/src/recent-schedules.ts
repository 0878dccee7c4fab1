import type { Schedule } from './schedule.ts';

/** How much is kept. A schedule of the most timesteps takes tens of megabytes: the number of schedules alone is not a bound. */
export interface RecentLimits {
  readonly schedules: number;
  /** Of all that are kept, together. A schedule of more is made anew each time. */
  readonly timesteps: number;
}

/** The schedules that were made last, by a name of what they were made from. */
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

  /** Keeps one that is not there yet, in place of as many of the oldest as it needs. */
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
