import type { JobRecord } from './job-record.ts';
import type { JobStart } from './start-fields.ts';

/** State of a job. Only an open job is drawn. */
type JobState = 'open' | 'done' | 'failed' | 'cancelled';

/** Progress of a job. */
export interface JobProgress {
  readonly state: JobState;
  /** The reason why the job failed or was cancelled; empty otherwise. */
  readonly reason: string;
  /** Note for the user about the reason why an open job waits, such as a bundle that a worker lacks; usually empty. */
  readonly note: string;
  /** Kind of processor that draws a job with `sameBits`; null before a worker has claimed it, and for other jobs. */
  readonly kind: string | null;
  /** Number of ranges in the queue or finished. */
  readonly added: number;
  /** Number of ranges that are allowed in the queue, because memory is reserved for their images; at least `added`. */
  readonly reserved: number;
  /** Number of finished ranges. */
  readonly finished: number;
  /**
   * Time at which the first finished range was begun, and time at which the latest was finished, in milliseconds since 1970
   * by the clock of Redis; null while no range is finished.
   */
  readonly drawn: { readonly began: number; readonly latest: number } | null;
}

/** Sums over all jobs since the store was created. */
export interface JobTotals {
  /** Images in finished ranges; each image of a job counts once. */
  readonly images: number;
  readonly ranges: number;
  /** Sum of the times that workers took for these ranges, in milliseconds. */
  readonly milliseconds: number;
}

/** The worker that drew a range, and its work. */
export interface DrawnBy {
  /** Name of the worker: host and process id. */
  readonly worker: string;
  /** Kind of processor: images of one kind have equal bits. */
  readonly kind: string;
  /** Number of steps that the worker took; smaller than in the whole run if the worker continued a saved state. */
  readonly steps: number;
  /** Milliseconds that the worker took for these steps. */
  readonly milliseconds: number;
}

/** A finished range. */
export interface FinishedRange {
  readonly range: number;
  /** Position of the first image in the job. */
  readonly first: number;
  /** Images, `[count, C, H, W]`. */
  readonly images: Float32Array;
  readonly by: DrawnBy;
}

/** A job as it is stored. */
export interface StoredJob {
  readonly record: JobRecord;
  readonly start: JobStart;
  /** Size of the record and the request in Redis, in bytes. */
  readonly bytes: number;
}

/** A job whose record cannot be read, with the error. */
export interface UnreadableJob {
  readonly id: string;
  readonly error: Error;
}

/** Jobs whose records were read, and jobs whose records cannot be read. */
export interface JobRecords {
  readonly records: readonly JobRecord[];
  readonly unreadable: readonly UnreadableJob[];
}

/**
 * Result of storing the images of a range:
 * - `stored`: the images were stored now
 * - `known`: another worker has already stored them
 * - `gone`: the job no longer exists or is not open
 * - `other kind`: a different kind of processor draws the job with `sameBits`
 * - otherwise the state of a job that has ended
 */
export type Outcome = 'stored' | 'known' | 'gone' | 'other kind' | Exclude<JobState, 'open'>;
