import { JOB_KEYS, STORE_KEYS, WORKER_KEY } from './keys.ts';

/**
 * Version of everything that clients and workers exchange through Redis: keys, records and queues. Clients and workers
 * of different versions use different keys, so they never read each other's jobs.
 */
export const PROTOCOL = 2;

/** Hexadecimal digits of the id of a job. */
export const ID_DIGITS = 16;

/** Prefix of all keys, including those of BullMQ. */
export const PREFIX = 'isonoise';

/** Beginning of the keys of workers; the name follows. */
export const WORKER_PREFIX: string = PREFIX + WORKER_KEY.suffix;

/** Name of the BullMQ queue that carries the ranges of images. */
export const RANGE_QUEUE: string = `ranges-v${PROTOCOL}`;

/** Beginning of the keys of this queue; a colon follows. */
export const QUEUE_KEY: string = `${PREFIX}:${RANGE_QUEUE}`;

/** List of the names of the ranges that workers draw. */
export const ACTIVE_KEY: string = `${QUEUE_KEY}:active`;

/** Beginning of the keys of this version. */
const BASE = `${PREFIX}:v${PROTOCOL}`;

/** Ids of the jobs that are not finished, sorted by the time of their creation. */
export const OPEN_KEY: string = BASE + STORE_KEYS.open.suffix;

/** Ids of all jobs that have not expired, sorted by the time of their creation. */
export const JOBS_KEY: string = BASE + STORE_KEYS.jobs.suffix;

/** Hash with the settings of the store, which `pnpm jobs:start` writes. */
export const SETTINGS_KEY: string = BASE + STORE_KEYS.settings.suffix;

/** Name of the worker that adds ranges of all jobs to the queue now. */
export const FEEDING_KEY: string = BASE + STORE_KEYS.feeding.suffix;

/** Hash with sums over all jobs: images, ranges and milliseconds of drawing. */
export const TOTALS_KEY: string = BASE + STORE_KEYS.totals.suffix;

/** The keys of one job. */
export type JobKeys = { readonly [key in keyof typeof JOB_KEYS]: string };

/** Beginning of the keys of all jobs; the id follows. */
export const JOB_PREFIX: string = `${BASE}:job:`;

/** Returns the keys of a job. @param id as `newJobId` makes it */
export function jobKeys(id: string): JobKeys {
  const job = JOB_PREFIX + id;
  return {
    job,
    ranges: job + JOB_KEYS.ranges.suffix,
    results: job + JOB_KEYS.results.suffix,
    saved: job + JOB_KEYS.saved.suffix,
  };
}

/** Returns the name of a range in the queue. Adding a name twice has no effect. */
export const rangeName = (id: string, range: number): string => `${id}-${range}`;

/** Returns the id of the job in the name of a range. */
export const jobOfRange = (name: string): string => name.slice(0, name.lastIndexOf('-'));
