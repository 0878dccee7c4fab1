/**
 * Version of everything that clients and workers exchange through Redis: keys, records and queues. Clients and workers
 * of different versions use different keys, so they never read each other's jobs.
 */
export const PROTOCOL = 1;

/** Hexadecimal digits of the id of a job. */
export const ID_DIGITS = 16;

/** Prefix of all keys, including those of BullMQ. */
export const PREFIX = 'isonoise';

/** Name of the BullMQ queue that carries the ranges of images. */
export const RANGE_QUEUE: string = `ranges-v${PROTOCOL}`;

/** Ids of the jobs that are not finished, sorted by the time of their creation. */
export const OPEN_KEY: string = `${PREFIX}:v${PROTOCOL}:open`;

/** Hash with the settings of the store, which `pnpm jobs:start` writes. */
export const SETTINGS_KEY: string = `${PREFIX}:v${PROTOCOL}:settings`;

/** Hash with sums over all jobs: images, ranges and milliseconds of drawing. */
export const TOTALS_KEY: string = `${PREFIX}:v${PROTOCOL}:totals`;

/** The keys of one job. A range is named by its number in all hashes. */
export interface JobKeys {
  /** Hash: the record, the request, and the state. */
  readonly job: string;
  /** Hash: by whom each finished range was drawn. A range in it is finished for good. */
  readonly ranges: string;
  /** Hash: the images of finished ranges that were not collected yet. */
  readonly results: string;
  /** Hash: the state of ranges that were begun. */
  readonly saved: string;
}

/** Pattern of the keys `job` of all jobs. */
export const JOB_PATTERN: string = `${PREFIX}:v${PROTOCOL}:job:${'?'.repeat(ID_DIGITS)}`;

/** Returns the keys of a job. @param id as `newJobId` makes it */
export function jobKeys(id: string): JobKeys {
  const job = `${PREFIX}:v${PROTOCOL}:job:${id}`;
  return { job, ranges: `${job}:ranges`, results: `${job}:results`, saved: `${job}:saved` };
}

/** Returns the name of a range in the queue. Adding a name twice has no effect. */
export const rangeName = (id: string, range: number): string => `${id}-${range}`;

/** Returns the id of the job in the name of a range. */
export const jobOfRange = (name: string): string => name.slice(0, name.lastIndexOf('-'));
