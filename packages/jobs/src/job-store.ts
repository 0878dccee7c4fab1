import { codeOf } from '@isonoise/error';
import type { SamplingStart } from '@isonoise/sampler';
import type { Redis } from 'ioredis';
import { jobsError } from './errors.ts';
import { bytesOfValues, valuesOfBytes } from './float-bytes.ts';
import { JobIndex } from './job-index.ts';
import { countRanges, imagesOfRange, type JobRecord, parseRecord } from './job-record.ts';
import type { JOB_FIELDS } from './keys.ts';
import { DEFAULT_CLIENT_LIMIT } from './limits.ts';
import { FEEDING_KEY, type JobKeys, jobKeys, OPEN_KEY, SETTINGS_KEY, TOTALS_KEY } from './protocol.ts';
import { readImage } from './read-image.ts';
import { CREATE_JOB, END_JOB, FINISH_RANGE, RAISE_ADDED, SAVE_RANGE, SET_FIELD } from './scripts.ts';
import { decodePlan, decodeStart, encodeStart, type JobPlan, type JobStart } from './start-fields.ts';

/** State of a job. Only an open job is drawn. */
type JobState = 'open' | 'done' | 'failed' | 'cancelled';

/** Progress of a job. */
export interface JobProgress {
  readonly state: JobState;
  /** Why the job failed or was cancelled; empty otherwise. */
  readonly reason: string;
  /** What an open job waits for, for the user, such as a bundle that a worker lacks; usually empty. */
  readonly note: string;
  /** Number of ranges in the queue or finished. */
  readonly added: number;
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

/** Some jobs. */
export interface JobRecords {
  readonly records: readonly JobRecord[];
  readonly unreadable: readonly UnreadableJob[];
}

/** What became of a finished range: stored now, stored before by another worker, or not needed any longer. */
export type Outcome = 'stored' | 'known' | 'gone' | Exclude<JobState, 'open'>;

/** Jobs in Redis: their records, saved states and results. The queue is not in it. */
export class JobStore {
  readonly #redis: Redis;
  readonly #index: JobIndex;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#index = new JobIndex(redis);
  }

  /** Creates a job. Its ranges are not in the queue yet. */
  async create(record: JobRecord, start: SamplingStart): Promise<void> {
    const { id, created, keepSeconds } = record;
    const fields = { record: JSON.stringify(record), state: 'open', ...encodeStart(start) };
    const values = Object.entries(fields).flat();
    await this.#redis.eval(CREATE_JOB, 6, ...scriptKeys(jobKeys(id)), id, created, keepSeconds, ...values);
    await this.#index.add(id, created);
  }

  /** Reads the record of a job. @throws `JOBS_NOT_FOUND`, `JOBS_RECORD`, `JOBS_PROTOCOL` */
  async record(id: string): Promise<JobRecord> {
    const [text, state] = await this.#redis.hmget(jobKeys(id).job, 'record', 'state');
    if (typeof text === 'string' && typeof state === 'string') return parseRecord(text);
    if (typeof text !== 'string' && typeof state !== 'string') return notFound(id);
    throw jobsError(
      'JOBS_RECORD',
      `job ${id}: the ${typeof text === 'string' ? 'state' : 'record'} is missing; expected both. Send the job again.`,
    );
  }

  /** Reads the record and the request of a job. @throws `JOBS_NOT_FOUND`, `JOBS_RECORD`, `JOBS_PROTOCOL` */
  async read(id: string): Promise<StoredJob> {
    const fields = await this.#redis.hgetallBuffer(jobKeys(id).job);
    const text = fields.record;
    return text === undefined
      ? notFound(id)
      : {
          record: parseRecord(text.toString()),
          start: decodeStart(fields),
          bytes: Object.values(fields).reduce((sum, { length }) => sum + length, 0),
        };
  }

  /** Reads the request of a job without its arrays, which can be large. @throws `JOBS_NOT_FOUND`, `JOBS_RECORD` */
  async plan(id: string): Promise<JobPlan> {
    const [state, start] = await this.#redis.hmgetBuffer(jobKeys(id).job, 'state', 'start');
    return state == null ? notFound(id) : decodePlan(start ?? undefined);
  }

  /** Returns the memory of a job's record and request in Redis, in bytes; 0 if the job does not exist. */
  async requestBytes(id: string): Promise<number> {
    return (await this.#redis.memory('USAGE', jobKeys(id).job, 'SAMPLES', 0)) ?? 0;
  }

  /** Returns the progress of a job. @throws `JOBS_NOT_FOUND` */
  async progress(id: string): Promise<JobProgress> {
    const { job, ranges } = jobKeys(id);
    const [[state, reason, added, note, began, latest], finished] = await Promise.all([
      this.#redis.hmget(job, 'state', 'reason', 'added', 'note', 'began', 'latest'),
      this.#redis.hlen(ranges),
    ]);
    if (state === null || state === undefined) return notFound(id);
    return {
      state: state as JobState,
      reason: reason ?? '',
      note: note ?? '',
      added: Number(added ?? 0),
      finished,
      drawn: began == null || latest == null ? null : { began: Number(began), latest: Number(latest) },
    };
  }

  /**
   * Claims a job for a kind of processor. The first kind stays.
   *
   * @returns the kind that draws the job; null if the job is not open
   */
  claimKind(id: string, kind: string): Promise<string | null> {
    return this.#setField(id, 'kind', kind, 'once');
  }

  /** Says what an open job waits for. */
  async setNote(id: string, note: string): Promise<void> {
    await this.#setField(id, 'note', note);
  }

  async #setField(
    id: string,
    name: keyof typeof JOB_FIELDS,
    value: string,
    times: 'once' | '' = '',
  ): Promise<string | null> {
    // The script returns text or nil.
    return (await this.#redis.eval(SET_FIELD, 6, ...scriptKeys(jobKeys(id)), name, value, times)) as
      | string
      | null;
  }

  /** Whether a worker may add ranges of all open jobs to the queue; one may in each interval. */
  async mayFeed(worker: string, milliseconds: number): Promise<boolean> {
    return (await this.#redis.set(FEEDING_KEY, worker, 'PX', milliseconds, 'NX')) === 'OK';
  }

  /** Number of unfinished jobs that a client may have. */
  async clientLimit(): Promise<number> {
    return Number((await this.#redis.hget(SETTINGS_KEY, 'clientLimit')) ?? DEFAULT_CLIENT_LIMIT);
  }

  /** Sets the number of unfinished jobs that a client may have. */
  async setClientLimit(limit: number): Promise<void> {
    await this.#redis.hset(SETTINGS_KEY, 'clientLimit', limit);
  }

  /** Returns the ids of a client's unfinished jobs, the oldest first. A job with a damaged record belongs to no client. */
  async openOf(client: string): Promise<readonly string[]> {
    const { records } = await this.openRecords();
    return records.filter((record) => record.client === client).map(({ id }) => id);
  }

  /** Returns the records of open jobs, the oldest first, and the errors of those that cannot be read. */
  async openRecords(): Promise<JobRecords> {
    return this.#records(await this.open());
  }

  /** Returns the records of jobs that are done, with images that were not collected. */
  async doneRecords(): Promise<JobRecords> {
    const done: string[] = [];
    for (const id of await this.all()) {
      const { job, results } = jobKeys(id);
      const [state, kept] = await Promise.all([this.#redis.hget(job, 'state'), this.#redis.exists(results)]);
      if (state === 'done' && kept === 1) done.push(id);
    }
    return this.#records(done);
  }

  async #records(ids: readonly string[]): Promise<JobRecords> {
    const [records, unreadable]: [JobRecord[], UnreadableJob[]] = [[], []];
    for (const id of ids) {
      try {
        records.push(await this.record(id));
      } catch (error) {
        const code = codeOf(error);
        if (code !== 'JOBS_RECORD' && code !== 'JOBS_PROTOCOL' && code !== 'JOBS_NOT_FOUND') throw error;
        // A job that was not found has ended since the list was read.
        if (code !== 'JOBS_NOT_FOUND') unreadable.push({ id, error: error as Error });
      }
    }
    return { records, unreadable };
  }

  /** Whether a range is finished. */
  async isFinished(id: string, range: number): Promise<boolean> {
    return (await this.#redis.hexists(jobKeys(id).ranges, String(range))) === 1;
  }

  /** Returns the saved state of a range as text of `encodeSampling`; null if there is none. */
  savedState(id: string, range: number): Promise<string | null> {
    return this.#redis.hget(jobKeys(id).saved, String(range));
  }

  /** Saves the state of a range, unless the range is finished or the job is not open. */
  async saveState({ id, keepSeconds }: JobRecord, range: number, state: string): Promise<void> {
    await this.#redis.eval(SAVE_RANGE, 6, ...scriptKeys(jobKeys(id)), range, state, keepSeconds);
  }

  /** Stores the images of a range. Only the first worker's images are kept. */
  async finish(record: JobRecord, range: number, images: Float32Array, by: DrawnBy): Promise<Outcome> {
    const { id, keepSeconds } = record;
    const outcome = await this.#redis.eval(
      FINISH_RANGE,
      6,
      ...scriptKeys(jobKeys(id)),
      range,
      JSON.stringify(by),
      bytesOfValues(images),
      countRanges(record),
      id,
      keepSeconds,
      imagesOfRange(record, range).count,
      Math.round(by.milliseconds),
    );
    // The script returns one of these words.
    return outcome as Outcome;
  }

  /** Returns who drew each of the given ranges, by its number. Ranges that are not finished are left out. */
  async finishedOf(id: string, ranges: readonly number[]): Promise<ReadonlyMap<number, DrawnBy>> {
    if (ranges.length === 0) return new Map();
    const texts = await this.#redis.hmget(jobKeys(id).ranges, ...ranges.map(String));
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
    const bytes = await this.#redis.hgetBuffer(jobKeys(record.id).results, String(range));
    if (bytes !== null && bytes.length === length) return valuesOfBytes(bytes);
    throw jobsError(
      'JOBS_RECORD',
      `job ${record.id}: the images of range ${range} are ${bytes === null ? 'missing' : `${bytes.length} bytes`}; expected ${length} bytes. ` +
        'They may have been collected before. Send the job again.',
    );
  }

  /** Reads a single image of a finished range. @param position position in the job, from 0 @throws as `images` */
  image(record: JobRecord, position: number): Promise<Float32Array> {
    return readImage(this.#redis, record, position);
  }

  /** Removes collected images, which frees memory. The range stays finished. */
  async removeImages(id: string, ranges: readonly number[]): Promise<void> {
    if (ranges.length > 0) await this.#redis.hdel(jobKeys(id).results, ...ranges.map(String));
  }

  /** Ends an open job. @returns false if it was not open */
  async end(id: string, state: 'failed' | 'cancelled', reason: string): Promise<boolean> {
    return (await this.#redis.eval(END_JOB, 6, ...scriptKeys(jobKeys(id)), state, reason, id)) === 1;
  }

  /** Records that the first `added` ranges are in the queue. */
  async raiseAdded(id: string, added: number): Promise<void> {
    await this.#redis.eval(RAISE_ADDED, 6, ...scriptKeys(jobKeys(id)), added);
  }

  /** Postpones the time at which the job expires. */
  async keep({ id, keepSeconds }: JobRecord): Promise<void> {
    const { job, ranges, results, saved } = jobKeys(id);
    const pipeline = this.#redis.pipeline();
    for (const key of [job, ranges, results, saved]) pipeline.expire(key, keepSeconds);
    await pipeline.exec();
  }

  /** Returns the ids of all jobs that have not expired, the newest first. */
  all(): Promise<readonly string[]> {
    return this.#index.all();
  }

  /** Returns the sums over all jobs. */
  async totals(): Promise<JobTotals> {
    const { images = 0, ranges = 0, milliseconds = 0 } = await this.#redis.hgetall(TOTALS_KEY);
    return { images: Number(images), ranges: Number(ranges), milliseconds: Number(milliseconds) };
  }

  /** Removes everything about a job. */
  async remove(id: string): Promise<void> {
    const { job, ranges, results, saved } = jobKeys(id);
    await this.#redis.multi().unlink(job, ranges, results, saved).zrem(OPEN_KEY, id).exec();
    await this.#index.remove(id);
  }

  /** Returns the ids of open jobs, the oldest first. Jobs that have expired are removed from the list. */
  async open(): Promise<readonly string[]> {
    const ids = await this.#redis.zrange(OPEN_KEY, 0, -1);
    const open: string[] = [];
    for (const id of ids) {
      if ((await this.#redis.exists(jobKeys(id).job)) === 1) open.push(id);
      else await this.#redis.zrem(OPEN_KEY, id);
    }
    return open;
  }
}

const scriptKeys = ({
  job,
  ranges,
  results,
  saved,
}: JobKeys): [string, string, string, string, string, string] => [
  job,
  ranges,
  results,
  saved,
  OPEN_KEY,
  TOTALS_KEY,
];

function notFound(id: string): never {
  throw jobsError(
    'JOBS_NOT_FOUND',
    `job ${id}: not found; expected a job that has not expired. Check the id, or send the job again.`,
  );
}
