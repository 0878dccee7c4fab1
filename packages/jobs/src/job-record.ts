import { randomBytes } from 'node:crypto';
import { showValue } from '@isonoise/error';
import * as v from 'valibot';
import { jobsError } from './errors.ts';
import { MOST_PRIORITY } from './limits.ts';
import { ID_DIGITS, PROTOCOL } from './protocol.ts';

/** A bundle, named by its content. */
export interface BundleName {
  /** The seal of the bundle: the SHA-256 of its manifest, which lists the SHA-256 of each file. */
  readonly sha256: string;
  /** Name for messages. */
  readonly name: string;
}

/** Everything about a job except its request and its progress. */
export interface JobRecord {
  readonly protocol: typeof PROTOCOL;
  /** As `newJobId` makes it. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Who sent the job. */
  readonly client: string;
  readonly bundle: BundleName;
  readonly guide?: BundleName | undefined;
  /** Number of images. */
  readonly images: number;
  /** Number of float32 values of an image. */
  readonly imageValues: number;
  /** Images of each range; the last range may have fewer. */
  readonly rangeSize: number;
  /** The state of a range is saved after this many steps; 0: never. */
  readonly saveEvery: number;
  /** Whether all images must come from one kind of processor, the kind of the first worker. */
  readonly sameBits: boolean;
  /** Address of a folder with the bundle, and of one with the guide, for workers that do not have them. */
  readonly sources: { readonly bundle?: string | undefined; readonly guide?: string | undefined };
  /** Ranges with a smaller number are drawn first; 1 to 2²¹ − 1. */
  readonly priority: number;
  /** The job expires this long after its last progress and the last request of its client. */
  readonly keepSeconds: number;
  /** Whether the sender keeps a text with the job, in a field of its own. */
  readonly hasSenderText: boolean;
}

const whole = (least: number, most: number = Number.MAX_SAFE_INTEGER): v.GenericSchema<number> =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));

const bundleSchema: v.GenericSchema<unknown, BundleName> = v.strictObject({
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  name: v.string(),
});

const recordSchema: v.GenericSchema<unknown, JobRecord> = v.strictObject({
  protocol: v.literal(PROTOCOL),
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]+$/), v.length(ID_DIGITS)),
  created: whole(0),
  client: v.string(),
  bundle: bundleSchema,
  guide: v.optional(bundleSchema),
  images: whole(1),
  imageValues: whole(1),
  rangeSize: whole(1),
  saveEvery: whole(0),
  sameBits: v.boolean(),
  sources: v.strictObject({ bundle: v.optional(v.string()), guide: v.optional(v.string()) }),
  priority: whole(1, MOST_PRIORITY),
  keepSeconds: whole(1),
  hasSenderText: v.boolean(),
});

/** Returns a new id: 64 random bits in hexadecimal. */
export const newJobId = (): string => randomBytes(ID_DIGITS / 2).toString('hex');

/** Returns the number of ranges of a job. */
export const countRanges = ({ images, rangeSize }: Pick<JobRecord, 'images' | 'rangeSize'>): number =>
  Math.ceil(images / rangeSize);

/** Returns the position of a range's first image in the job, and the number of its images. */
export function imagesOfRange(
  { images, rangeSize }: Pick<JobRecord, 'images' | 'rangeSize'>,
  range: number,
): { readonly first: number; readonly count: number } {
  const first = range * rangeSize;
  return { first, count: Math.min(rangeSize, images - first) };
}

/**
 * Reads the record of a job.
 *
 * @throws `JOBS_PROTOCOL` if it has a different version; `JOBS_RECORD` if it is damaged
 */
export function parseRecord(text: string): JobRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw jobsError(
      'JOBS_RECORD',
      'job: the record is not JSON; expected the record of a job. Send the job again.',
      { cause },
    );
  }
  const { protocol }: { protocol?: unknown } = typeof value === 'object' && value !== null ? value : {};
  if (protocol !== PROTOCOL) {
    throw jobsError(
      'JOBS_PROTOCOL',
      `job: the record has protocol ${showValue(protocol)}; expected ${PROTOCOL}. Use the same version of isonoise on all machines.`,
    );
  }
  const result = v.safeParse(recordSchema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw jobsError(
    'JOBS_RECORD',
    `job: ${v.getDotPath(issue) ?? 'record'} is ${issue.received}; expected ${issue.expected}. Send the job again.`,
  );
}
