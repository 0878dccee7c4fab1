import * as v from 'valibot';
import { type EntriesOf, optional, whole } from './fields.ts';
import { type SampleBody, sampleEntries } from './sample-body.ts';

/** Limits and defaults of jobs. The queue of the jobs determines them. */
export interface JobLimits {
  /** Most images of a job. */
  readonly images: number;
  /** Most images that a worker draws together. */
  readonly rangeSize: number;
  /** Largest default of `rangeSize`. */
  readonly defaultRange: number;
  /** Largest priority number. */
  readonly priority: number;
  readonly defaultPriority: number;
}

/** Fields of `POST /v1/sample` about its response, which jobs do not have. */
type StreamField = 'format' | 'previewEvery' | 'saveEvery' | 'stopAfter';

/** Body of `POST /v1/jobs`: the fields of `POST /v1/sample` that say what to draw, and fields for the workers. */
export interface JobBody extends Omit<SampleBody, StreamField> {
  /** Jobs with a smaller number are drawn first, from 1. */
  readonly priority?: number | undefined;
  /** Whether all images must come from one kind of processor. Default false. */
  readonly sameBits?: boolean | undefined;
  /**
   * Images that a worker draws together. Default: an eighth of all images, or fewer if these are many or very large.
   */
  readonly rangeSize?: number | undefined;
}

const {
  format: _format,
  previewEvery: _previewEvery,
  saveEvery: _saveEvery,
  stopAfter: _stopAfter,
  ...drawing
} = sampleEntries;

const entriesOf = (limits: JobLimits): EntriesOf<JobBody> => ({
  ...drawing,
  count: optional(whole(1, limits.images), 'Number of images: images 0 to count - 1 of the seed. Default 1.'),
  metadata: optional(
    v.boolean(),
    'Whether the PNG files contain the request, as a text that pnpm sample --like and the page read. Default true.',
  ),
  priority: optional(
    whole(1, limits.priority),
    `Jobs with a smaller number are drawn first. Default ${limits.defaultPriority}.`,
  ),
  sameBits: optional(
    v.boolean(),
    'Whether all images must come from one kind of processor, because kinds can differ in the last bits. Default false.',
  ),
  rangeSize: optional(
    whole(1, limits.rangeSize),
    `Images that a worker draws together. Default: an eighth of the images, at most ${limits.defaultRange}, and fewer if the images are very large.`,
  ),
});

/**
 * Returns the schema of a body, and the names of its fields. The schema checks types and ranges. The model checks that
 * its classes and timesteps exist.
 */
export function jobBody(limits: JobLimits): {
  readonly schema: v.GenericSchema<unknown, JobBody>;
  readonly fields: readonly string[];
} {
  const entries = entriesOf(limits);
  return { schema: v.strictObject(entries), fields: Object.keys(entries) };
}
