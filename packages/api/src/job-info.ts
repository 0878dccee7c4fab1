import * as v from 'valibot';
import { field, whole } from './fields.ts';

/** The states of a job. */
const JOB_STATES = ['open', 'done', 'failed', 'cancelled'] as const;

/** A job, in responses and in the events of `GET /v1/jobs/:id/events`. */
export interface JobInfo {
  readonly id: string;
  readonly state: (typeof JOB_STATES)[number];
  /** Why the job failed or was cancelled; null otherwise. */
  readonly reason: string | null;
  /** What an open job waits for, such as memory, or a bundle that a worker lacks; null otherwise. */
  readonly waitsFor: string | null;
  /** Name of the model. */
  readonly model: string;
  /** Who sent the job. */
  readonly client: string;
  /** Time of its creation (ISO 8601). */
  readonly created: string;
  readonly images: number;
  readonly imagesDone: number;
  /** Speed of all workers together, from the first range to the latest; null while no range is finished. */
  readonly imagesPerSecond: number | null;
  /** Estimated seconds to the last image; null while no range is finished, and for jobs that are not open. */
  readonly secondsLeft: number | null;
  /** The kinds of processors that drew the finished images. Images of one kind have equal bits. */
  readonly kinds: readonly {
    readonly kind: string;
    /** Positions of its images in the job, from 0: first and last, in order. */
    readonly ranges: readonly (readonly [first: number, last: number])[];
  }[];
}

const count = whole(0, Number.MAX_SAFE_INTEGER);

export const jobInfoSchema: v.GenericSchema<JobInfo> = v.object({
  id: v.string(),
  state: v.picklist(JOB_STATES),
  reason: field(v.nullable(v.string()), 'Why the job failed or was cancelled; null otherwise.'),
  waitsFor: field(
    v.nullable(v.string()),
    'What an open job waits for, such as memory, or a bundle that a worker lacks; null otherwise.',
  ),
  model: v.string(),
  client: field(v.string(), 'Who sent the job.'),
  created: field(v.string(), 'Time of its creation (ISO 8601).'),
  images: count,
  imagesDone: count,
  imagesPerSecond: field(
    v.nullable(v.number()),
    'Speed of all workers together, from the first range to the latest; null while no range is finished.',
  ),
  secondsLeft: field(
    v.nullable(v.number()),
    'Estimated seconds to the last image; null while no range is finished, and for jobs that are not open.',
  ),
  kinds: field(
    v.array(v.object({ kind: v.string(), ranges: v.array(v.strictTuple([count, count])) })),
    'The kinds of processors that drew the finished images, with the positions of their images from 0: first and last. Images of one kind have equal bits.',
  ),
});

/** Response of `GET /v1/jobs`. */
export interface JobList {
  /** The jobs that have not expired, the newest first; at most 200. */
  readonly jobs: readonly JobInfo[];
  /**
   * Jobs whose records are damaged or have another version, with the reason: at most 200, all newer than the last job
   * in `jobs`. `DELETE /v1/jobs/:id` removes them.
   */
  readonly unreadable: readonly { readonly id: string; readonly problem: string }[];
}

export const jobListSchema: v.GenericSchema<JobList> = v.object({
  jobs: field(v.array(jobInfoSchema), 'The jobs that have not expired, the newest first; at most 200.'),
  unreadable: field(
    v.array(v.object({ id: v.string(), problem: v.string() })),
    'Jobs whose records are damaged or have another version, with the reason: at most 200, all newer than the last job in `jobs`. DELETE /v1/jobs/{id} removes them.',
  ),
});
