import * as v from 'valibot';
import { type EntriesOf, optional, whole } from './fields.ts';
import { type SampleBody, sampleEntries } from './sample-body.ts';

/** Limits of jobs. */
const JOB_LIMITS = {
  /** Images of a job. */
  images: 100_000,
  /** Images that a worker draws together. */
  range: 4096,
  /** The largest number that BullMQ accepts. */
  priority: 2 ** 21 - 1,
};

/** Fields of `POST /v1/sample` about its response, which jobs do not have. */
type StreamField = 'format' | 'previewEvery' | 'saveEvery' | 'stopAfter';

/** Body of `POST /v1/jobs`: the fields of `POST /v1/sample` that say what to draw, and how workers draw it. */
export interface JobBody extends Omit<SampleBody, StreamField> {
  /** Jobs with a smaller number are drawn first, from 1. Default 10. */
  readonly priority?: number | undefined;
  /** Whether all images must come from one kind of processor. Default false. */
  readonly sameBits?: boolean | undefined;
  /** Images that a worker draws together. Default: an eighth of the images, at most 64, and fewer if the images are very large. */
  readonly rangeSize?: number | undefined;
}

const {
  format: _format,
  previewEvery: _previewEvery,
  saveEvery: _saveEvery,
  stopAfter: _stopAfter,
  ...drawing
} = sampleEntries;

const entries: EntriesOf<JobBody> = {
  ...drawing,
  count: optional(
    whole(1, JOB_LIMITS.images),
    'Number of images: images 0 to count - 1 of the seed. Default 1.',
  ),
  metadata: optional(
    v.boolean(),
    'Whether the PNG files contain the request, as a text that pnpm sample --like and the page read. Default true.',
  ),
  priority: optional(
    whole(1, JOB_LIMITS.priority),
    'Jobs with a smaller number are drawn first. Default 10.',
  ),
  sameBits: optional(
    v.boolean(),
    'Whether all images must come from one kind of processor, because kinds can differ in the last bits. Default false.',
  ),
  rangeSize: optional(
    whole(1, JOB_LIMITS.range),
    'Images that a worker draws together. Default: an eighth of the images, at most 64, and fewer if the images are very large.',
  ),
};

/** Checks types and ranges. The model checks that its classes and timesteps exist. */
export const jobBodySchema: v.GenericSchema<unknown, JobBody> = v.strictObject(entries);

/** Names of all fields of a body. */
export const jobBodyFields: readonly string[] = Object.keys(entries);
