import type { Redis } from 'ioredis';
import { jobsError } from './errors.ts';
import { valuesOfBytes } from './float-bytes.ts';
import { imagesOfRange, type JobRecord } from './job-record.ts';
import { jobKeys } from './protocol.ts';

/** Returns a part of the images of a range, and the number of all their bytes. KEYS: results. ARGV: range, first byte from 1, last byte. */
const READ_PART = `
local images = redis.call('HGET', KEYS[1], ARGV[1])
if not images then return false end
return { string.sub(images, ARGV[2], ARGV[3]), #images }`;

/**
 * Reads a single image of a finished range; the other images of the range stay in Redis.
 *
 * @param position position in the job, from 0
 * @returns its values, `[C, H, W]`
 * @throws `JOBS_RECORD` if the images of the range are missing, or have the wrong size
 */
export async function readImage(redis: Redis, record: JobRecord, position: number): Promise<Float32Array> {
  const range = Math.floor(position / record.rangeSize);
  const { first, count } = imagesOfRange(record, range);
  const size = 4 * record.imageValues;
  const from = (position - first) * size;
  const keys = [1, jobKeys(record.id).results];
  // The script returns the bytes of the image and the number of bytes of the range, or nil.
  const found = (await redis.callBuffer('EVAL', READ_PART, ...keys, range, from + 1, from + size)) as
    | readonly [Buffer, number]
    | null;
  if (found?.[1] === count * size) return valuesOfBytes(found[0]);
  throw jobsError(
    'JOBS_RECORD',
    `job ${record.id}: the images of range ${range} are ${found === null ? 'missing' : `${found[1]} bytes`}; expected ${count * size} bytes. ` +
      'They may have been collected before. Send the job again.',
  );
}
