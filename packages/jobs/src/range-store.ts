import type { Redis } from 'ioredis';
import { jobsError } from './errors.ts';
import { bytesOfValues, valuesOfBytes } from './float-bytes.ts';
import { countRanges, imagesOfRange, type JobRecord } from './job-record.ts';
import type { DrawnBy, Outcome } from './job-types.ts';
import { FEED_RANGES, MOST_QUEUED } from './limits.ts';
import { ACTIVE_KEY, JOB_PREFIX, jobKeys, QUEUE_KEY, WORKER_PREFIX } from './protocol.ts';
import { readImage } from './read-image.ts';
import { runScript } from './run-script.ts';
import {
  CLAIM_KIND,
  FINISH_RANGE,
  PROMISED,
  RAISE_ADDED,
  RESERVE_RANGES,
  SAVE_RANGE,
  SET_NOTE,
  TAKE_KIND,
} from './scripts.ts';

/** Ranges of a job that may be added to the queue: from `added`, up to but not including `reserved`. */
export interface ReservedRanges {
  readonly added: number;
  readonly reserved: number;
}

/** The ranges of jobs in Redis: memory for them, who draws them, their saved states and their images. */
export class RangeStore {
  protected readonly redis: Redis;

  constructor(redis: Redis) {
    this.redis = redis;
  }

  /**
   * Reserves memory for the images of more ranges of an open job, at most {@link FEED_RANGES}, if they fit beside
   * everything that is stored and everything that is reserved for the ranges in the queue of all jobs. A job gets at
   * most three quarters of the memory that other jobs leave, so that jobs without a suitable worker do not block the
   * others.
   *
   * @param forJobs used memory that is not exceeded, in bytes
   */
  async reserve(record: JobRecord, forJobs: number): Promise<ReservedRanges> {
    const limits = [countRanges(record), FEED_RANGES, MOST_QUEUED, Math.floor(forJobs)];
    const answer = await runScript(this.redis, RESERVE_RANGES, record.id, ACTIVE_KEY, JOB_PREFIX, ...limits);
    // The script returns two numbers.
    const [added = 0, reserved = 0] = answer as readonly number[];
    return { added, reserved };
  }

  /** Returns the memory that is reserved for ranges in the queue of all jobs, and for the saved states of those that are drawn. */
  async promised(): Promise<number> {
    return Number(await runScript(this.redis, PROMISED, '', ACTIVE_KEY, JOB_PREFIX));
  }

  /** Records that the first `added` ranges are in the queue. */
  async raiseAdded(id: string, added: number): Promise<void> {
    await runScript(this.redis, RAISE_ADDED, id, added);
  }

  /**
   * Claims a job for a kind of processor. The first kind stays, unless {@link takeKind} changes it.
   *
   * @returns the kind that draws the job; null if the job is not open
   */
  async claimKind(id: string, kind: string): Promise<string | null> {
    // The script returns text or nil.
    return (await runScript(this.redis, CLAIM_KIND, id, kind)) as string | null;
  }

  /**
   * Claims a job for a kind in place of a kind without workers, if none of its ranges is finished. Its saved states are
   * removed.
   *
   * @returns the kind that draws the job; null if the job is not open
   */
  async takeKind(id: string, from: string, kind: string): Promise<string | null> {
    // The script returns text or nil.
    return (await runScript(this.redis, TAKE_KIND, id, from, kind)) as string | null;
  }

  /**
   * Records the reason why an open job waits, unless a worker draws one of its ranges. Ranges of workers that cannot draw the
   * job do not count. The note of another connected worker is kept.
   *
   * @param worker name of the worker that writes the note; it counts as unable to draw the job until {@link clearNote}
   */
  async setNote(id: string, note: string, worker: string): Promise<void> {
    const keys = [ACTIVE_KEY, QUEUE_KEY, `${id}-`, WORKER_PREFIX];
    await runScript(this.redis, SET_NOTE, id, note, worker, ...keys);
  }

  /** Records that a worker can draw the job, and removes the job's note. */
  async clearNote(id: string, worker: string): Promise<void> {
    await this.redis.hdel(jobKeys(id).job, 'note', `lacks:${worker}`);
  }

  /** Whether a range is finished. */
  async isFinished(id: string, range: number): Promise<boolean> {
    return (await this.redis.hexists(jobKeys(id).ranges, String(range))) === 1;
  }

  /** Returns the saved state of a range as text of `encodeSampling`; null if there is none. */
  savedState(id: string, range: number): Promise<string | null> {
    return this.redis.hget(jobKeys(id).saved, String(range));
  }

  /**
   * Saves the state of a range, unless the range is finished or the job is not open.
   *
   * @param kind kind of the processor that computed the state; with `sameBits`, the state is saved only if this kind draws the job.
   *   Default: not checked
   */
  async saveState(
    { id, keepSeconds, sameBits }: JobRecord,
    range: number,
    state: string,
    kind = '',
  ): Promise<void> {
    await runScript(this.redis, SAVE_RANGE, id, range, state, keepSeconds, sameBits ? kind : '');
  }

  /** Stores the images of a range. Only the first worker's images are kept. */
  async finish(record: JobRecord, range: number, images: Float32Array, by: DrawnBy): Promise<Outcome> {
    const outcome = await runScript(
      this.redis,
      FINISH_RANGE,
      record.id,
      range,
      JSON.stringify(by),
      bytesOfValues(images),
      countRanges(record),
      record.id,
      record.keepSeconds,
      imagesOfRange(record, range).count,
      Math.round(by.milliseconds),
      record.sameBits ? by.kind : '',
    );
    // The script returns one of these words.
    return outcome as Outcome;
  }

  /** Returns who drew each of the given ranges, by its number. Ranges that are not finished are left out. */
  async finishedOf(id: string, ranges: readonly number[]): Promise<ReadonlyMap<number, DrawnBy>> {
    if (ranges.length === 0) return new Map();
    const texts = await this.redis.hmget(jobKeys(id).ranges, ...ranges.map(String));
    return new Map(
      texts.flatMap((text, i) => (text === null ? [] : [[ranges[i] ?? -1, JSON.parse(text) as DrawnBy]])),
    );
  }

  /**
   * Reads the images of a finished range.
   *
   * @throws `JOBS_RECORD` if they are missing, because they were collected before, or have the wrong size
   */
  async images(record: JobRecord, range: number): Promise<Float32Array> {
    const length = 4 * record.imageValues * imagesOfRange(record, range).count;
    const bytes = await this.redis.hgetBuffer(jobKeys(record.id).results, String(range));
    if (bytes !== null && bytes.length === length) return valuesOfBytes(bytes);
    throw jobsError(
      'JOBS_RECORD',
      `job ${record.id}: the images of range ${range} are ${bytes === null ? 'missing' : `${bytes.length} bytes`}; expected ${length} bytes. ` +
        'They may have been collected before. Send the job again.',
    );
  }

  /** Reads a single image of a finished range. @param position position in the job, from 0 @throws as `images` */
  image(record: JobRecord, position: number): Promise<Float32Array> {
    return readImage(this.redis, record, position);
  }

  /** Removes collected images, which frees memory. The range stays finished. */
  async removeImages(id: string, ranges: readonly number[]): Promise<void> {
    if (ranges.length > 0) await this.redis.hdel(jobKeys(id).results, ...ranges.map(String));
  }
}
