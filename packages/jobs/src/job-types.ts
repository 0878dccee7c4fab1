import type { JobRecord } from './job-record.ts';
import type { JobStart } from './start-fields.ts';

/** State of a job. Only an open job is drawn. */
type JobState = 'open' | 'done' | 'failed' | 'cancelled';

/** Progress of a job. */
export interface JobProgress {
  readonly state: JobState;
  /** Why the job failed or was cancelled; empty otherwise. */
  readonly reason: string;
  /** What an open job waits for, as a note for the user, such as a bundle that a worker lacks; usually empty. */
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
   * When the first finished range was begun, and when the latest was finished, in milliseconds since 1970 by the clock of
   * Redis; null while no range is finished.
   */
  readonly drawn: { readonly began: number; readonly latest: number } | null;
}

/** Sums over all jobs since the store was created. */
export interface JobTotals {
  /** Images in finished ranges; each image of a job counts once. */
  readonly images: number;
  readonly ranges: number;
  /** Time that workers took for these ranges, added up. */
  readonly milliseconds: number;
}

/** Who drew a range. */
export interface DrawnBy {
  /** Name of the worker: host and process id. */
  readonly worker: string;
  /** Kind of processor: images of one kind have equal bits. */
  readonly kind: string;
  /** Number of steps that the worker took; fewer than those of the run if it continued a saved state. */
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
  /** Size of the record and the request in Redis. */
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
 * What became of a finished range: stored now, stored before by another worker, not needed any longer, or drawn by
 * another kind of processor than the rest of a job with `sameBits`.
 */
export type Outcome = 'stored' | 'known' | 'gone' | 'other kind' | Exclude<JobState, 'open'>;
