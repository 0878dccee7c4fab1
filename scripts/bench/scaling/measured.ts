import { STEPS } from '../jobs/processes.ts';
import type { BenchRun } from '../record.ts';
import type { Costs } from './simulate.ts';

/** Assumed speed of the network card of Redis in bytes per second: 1 Gbit/s. */
export const BYTES_PER_SECOND = 125e6;

/** Assumed coefficient of variation of the time of a range. */
const VARIATION = 0.05;

/** Names of the measurements in the details of the bench `jobs`. */
const NAMES = [
  'range',
  'start',
  'redis',
  'client',
  'worker',
  'turnaround',
  'latency',
  'received',
  'sent',
] as const;
export type Measured = Readonly<Record<(typeof NAMES)[number], number>>;

/** Reads the measurements from a run of the bench `jobs`. @throws Error if a measurement is missing */
export function measuredOf({ rows }: Pick<BenchRun, 'rows'>): Measured {
  const details: Readonly<Record<string, number>> = Object.assign(
    {},
    ...rows.map(({ details: each = {} }) => each),
  );
  const entries = NAMES.map((name) => {
    const value = details[name];
    if (value === undefined)
      throw new Error(
        `bench scaling: the run of the bench jobs lacks ${name}; expected a number. Run pnpm bench jobs.`,
      );
    return [name, value] as const;
  });
  return Object.fromEntries(entries) as Measured;
}

/** Returns the costs of a range whose images are drawn in `steps` steps. */
export function costsOf(measured: Measured, steps: number): Costs {
  const { range, start, turnaround, redis, client, received, sent } = measured;
  return {
    draw: (range * steps) / STEPS,
    variation: VARIATION,
    start,
    // The measured time includes the time of Redis.
    turnaround: Math.max(0, turnaround - redis),
    redis,
    client,
    // A network card sends and receives at the same time.
    network: Math.max(received, sent) / BYTES_PER_SECOND,
  };
}
