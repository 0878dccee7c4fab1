import { type Costs, type Setup, type Simulated, simulate } from './simulate.ts';

/** Result of a simulated job with the given number of workers. */
export interface Point extends Simulated {
  readonly workers: number;
  /** Time of all workers together, from their start to the end of the job. */
  readonly workerHours: number;
  /** Time of the job with one worker ÷ (number of workers × time of this job). */
  readonly efficiency: number;
}

/** Numbers of workers, evenly spaced on a logarithmic axis. */
const WORKERS: readonly number[] = [
  1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128, 181, 256, 362, 512, 724, 1000,
];

/** Simulates a job for each number of workers. */
export function pointsOf(setup: Omit<Setup, 'workers'>, costs: Costs): readonly Point[] {
  const one = simulate({ ...setup, workers: 1 }, costs).seconds;
  return WORKERS.map((workers) => {
    const simulated = simulate({ ...setup, workers }, costs);
    const total = workers * simulated.seconds;
    return { ...simulated, workers, workerHours: total / 3600, efficiency: one / total };
  });
}

/** Returns the largest simulated number of workers up to which the efficiency is at least `least`. */
export function workersWith(points: readonly Point[], least: number): number {
  const beyond = points.findIndex(({ efficiency }) => efficiency < least);
  return points[beyond < 0 ? points.length - 1 : Math.max(0, beyond - 1)]?.workers ?? 1;
}
