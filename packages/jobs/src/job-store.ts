import { codeOf } from '@isonoise/error';
import type { SamplingStart } from '@isonoise/sampler';
import { allocatedBytes } from './allocated-bytes.ts';
import { jobsError } from './errors.ts';
import { listedJobs } from './job-index.ts';
import { type JobRecord, parseRecord } from './job-record.ts';
import type { JobProgress, JobRecords, JobTotals, StoredJob, UnreadableJob } from './job-types.ts';
import type { JOB_FIELDS } from './keys.ts';
import { DEFAULT_CLIENT_LIMIT } from './limits.ts';
import { FEEDING_KEY, JOB_PREFIX, jobKeys, OPEN_KEY, SETTINGS_KEY, TOTALS_KEY } from './protocol.ts';
import { RangeStore } from './range-store.ts';
import { runScript } from './run-script.ts';
import { CREATE_JOB, END_JOB, OPEN_JOB, OPEN_JOBS_OF, REMOVE_JOB } from './scripts.ts';
import { decodePlan, decodeStart, encodeStart, type JobPlan } from './start-fields.ts';
import { stateBytes } from './state-bytes.ts';
import { rangeBytes } from './store-memory.ts';

/** Time after which a job that was not sent completely expires. */
const SENDING_SECONDS = 60;
/**
 * State of a job that is being sent. For readers of its record, its request or its progress, such a job does not exist.
 */
const SENDING = 'sending';
const isThere = (state: string | null | undefined): state is string => state != null && state !== SENDING;

/** Jobs in Redis: their records and requests, and their ranges. The queue is not part of the store. */
export class JobStore extends RangeStore {
  /** Stores a job that is being sent. Unless {@link admit} opens the job, it is not drawn and expires after a minute. */
  async create(record: JobRecord, start: SamplingStart, senderText?: string): Promise<void> {
    const own: Partial<Record<keyof typeof JOB_FIELDS, string | number>> = {
      record: JSON.stringify(record),
      state: SENDING,
      rangeBytes: allocatedBytes(rangeBytes(record)),
      stateBytes: record.saveEvery === 0 ? 0 : allocatedBytes(stateBytes(start.plan, record.rangeSize)),
      ...(senderText === undefined ? {} : { senderText }),
    };
    const fields = { ...own, ...encodeStart(start) };
    await runScript(this.redis, CREATE_JOB, record.id, SENDING_SECONDS, ...Object.entries(fields).flat());
  }

  /**
   * Opens a job that was sent, so that it is drawn. Its ranges are not in the queue yet.
   *
   * @throws `JOBS_TOO_MANY` if its client has too many open jobs; `JOBS_UNREACHABLE` if the job has expired
   */
  async admit({ id, client, created, keepSeconds }: JobRecord): Promise<void> {
    const limits = [client, JOB_PREFIX, DEFAULT_CLIENT_LIMIT] as const;
    const answer = await runScript(this.redis, OPEN_JOB, id, ...limits, id, created, keepSeconds);
    if (answer === 'gone')
      throw jobsError(
        'JOBS_UNREACHABLE',
        `job: sending it took over ${SENDING_SECONDS} s, so it expired; expected a faster connection to Redis. Send the job again.`,
      );
    if (answer !== 'open') throw tooManyJobs(client, answer as ClientJobs);
  }

  /** Checks the number of unfinished jobs. @throws `JOBS_TOO_MANY` if the client has reached its limit */
  async requireFewJobs(client: string): Promise<void> {
    const limits = [client, JOB_PREFIX, DEFAULT_CLIENT_LIMIT] as const;
    const jobs = (await runScript(this.redis, OPEN_JOBS_OF, '', ...limits)) as ClientJobs;
    const [most, ...open] = jobs;
    if (open.length >= most) throw tooManyJobs(client, jobs);
  }

  /** Reads the record of a job. @throws `JOB_NOT_FOUND`, `JOBS_RECORD`, `JOBS_PROTOCOL` */
  async record(id: string): Promise<JobRecord> {
    const [text, state] = await this.redis.hmget(jobKeys(id).job, 'record', 'state');
    if (state === SENDING) return notFound(id);
    if (typeof text === 'string' && typeof state === 'string') return parseRecord(text);
    if (typeof text !== 'string' && typeof state !== 'string') return notFound(id);
    throw jobsError(
      'JOBS_RECORD',
      `job ${id}: the ${typeof text === 'string' ? 'state' : 'record'} is missing; expected both. Send the job again.`,
    );
  }

  /** Reads the record and the request of a job. @throws `JOB_NOT_FOUND`, `JOBS_RECORD`, `JOBS_PROTOCOL` */
  async read(id: string): Promise<StoredJob> {
    const fields = await this.redis.hgetallBuffer(jobKeys(id).job);
    const text = fields.record;
    return text === undefined || !isThere(fields.state?.toString())
      ? notFound(id)
      : {
          record: parseRecord(text.toString()),
          start: decodeStart(fields),
          bytes: Object.values(fields).reduce((sum, { length }) => sum + length, 0),
        };
  }

  /** Reads the text that the sender keeps with a job; null if there is none. */
  senderText(id: string): Promise<string | null> {
    return this.redis.hget(jobKeys(id).job, 'senderText');
  }

  /** Reads the request of a job without its arrays, which can be large. @throws `JOB_NOT_FOUND`, `JOBS_RECORD` */
  async plan(id: string): Promise<JobPlan> {
    const [state, start] = await this.redis.hmgetBuffer(jobKeys(id).job, 'state', 'start');
    return isThere(state?.toString()) ? decodePlan(start ?? undefined) : notFound(id);
  }

  /** Returns the memory of a job's record and request in Redis, in bytes; 0 if the job does not exist. */
  async requestBytes(id: string): Promise<number> {
    return (await this.redis.memory('USAGE', jobKeys(id).job, 'SAMPLES', 0)) ?? 0;
  }

  /** Returns the progress of a job. @throws `JOB_NOT_FOUND` */
  async progress(id: string): Promise<JobProgress> {
    const { job, ranges } = jobKeys(id);
    const [[state, reason, added, reserved, note, kind, began, latest], finished] = await Promise.all([
      this.redis.hmget(job, 'state', 'reason', 'added', 'reserved', 'note', 'kind', 'began', 'latest'),
      this.redis.hlen(ranges),
    ]);
    if (!isThere(state)) return notFound(id);
    return {
      state: state as JobProgress['state'],
      reason: reason ?? '',
      note: note ?? '',
      kind: kind ?? null,
      added: Number(added ?? 0),
      reserved: Number(reserved ?? added ?? 0),
      finished,
      drawn: began == null || latest == null ? null : { began: Number(began), latest: Number(latest) },
    };
  }

  /** Whether a worker is allowed to add ranges of all open jobs to the queue. In each interval, one worker is. */
  async mayFeed(worker: string, milliseconds: number): Promise<boolean> {
    return (await this.redis.set(FEEDING_KEY, worker, 'PX', milliseconds, 'NX')) === 'OK';
  }

  /** Sets the number of unfinished jobs that a client may have. */
  async setClientLimit(limit: number): Promise<void> {
    await this.redis.hset(SETTINGS_KEY, 'clientLimit', limit);
  }

  /** Returns the records of open jobs, the oldest first, and the errors of those that cannot be read. */
  async openRecords(): Promise<JobRecords> {
    return this.#records(await this.open());
  }

  /** Returns the records of jobs that are done, with images that were not collected. */
  async doneRecords(): Promise<JobRecords> {
    const ids = await this.all();
    const isKept = await Promise.all(
      ids.map(async (id) => {
        const { job, results } = jobKeys(id);
        const [state, kept] = await Promise.all([this.redis.hget(job, 'state'), this.redis.exists(results)]);
        return state === 'done' && kept === 1;
      }),
    );
    return this.#records(ids.filter((_, i) => isKept[i]));
  }

  async #records(ids: readonly string[]): Promise<JobRecords> {
    const [records, unreadable]: [JobRecord[], UnreadableJob[]] = [[], []];
    // The commands are sent together, and Redis answers them in order.
    for (const [i, read] of (await Promise.allSettled(ids.map((id) => this.record(id)))).entries()) {
      if (read.status === 'fulfilled') {
        records.push(read.value);
        continue;
      }
      const code = codeOf(read.reason);
      if (code !== 'JOBS_RECORD' && code !== 'JOBS_PROTOCOL' && code !== 'JOB_NOT_FOUND') throw read.reason;
      // A job that was not found has ended since the list was read.
      if (code !== 'JOB_NOT_FOUND') unreadable.push({ id: ids[i] as string, error: read.reason as Error });
    }
    return { records, unreadable };
  }

  /** Ends an open job. @returns false if it was not open */
  async end(id: string, state: 'failed' | 'cancelled', reason: string): Promise<boolean> {
    return (await runScript(this.redis, END_JOB, id, state, reason, id)) === 1;
  }

  /** Postpones the time at which the job expires. */
  async keep({ id, keepSeconds }: JobRecord): Promise<void> {
    const { job, ranges, results, saved } = jobKeys(id);
    const pipeline = this.redis.pipeline();
    for (const key of [job, ranges, results, saved]) pipeline.expire(key, keepSeconds);
    await pipeline.exec();
  }

  /** Returns the ids of all jobs that have not expired, the newest first. */
  all(): Promise<readonly string[]> {
    return listedJobs(this.redis);
  }

  /** Returns the sums over all jobs. */
  async totals(): Promise<JobTotals> {
    const { images = 0, ranges = 0, milliseconds = 0 } = await this.redis.hgetall(TOTALS_KEY);
    return { images: Number(images), ranges: Number(ranges), milliseconds: Number(milliseconds) };
  }

  /** Removes everything about a job, even if the memory is full. */
  async remove(id: string): Promise<void> {
    await runScript(this.redis, REMOVE_JOB, id, id);
  }

  /** Returns the ids of open jobs, the oldest first. */
  async open(): Promise<readonly string[]> {
    return (await this.#listed()).filter(({ isThere }) => isThere).map(({ id }) => id);
  }

  /** Returns the ids of jobs that expired while they were open, until they are forgotten. */
  async expired(): Promise<readonly string[]> {
    return (await this.#listed()).filter(({ isThere }) => !isThere).map(({ id }) => id);
  }

  /** Removes jobs that expired from the list of open jobs. */
  async forget(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.redis.zrem(OPEN_KEY, ...ids);
  }

  /** Returns the ids in the list of open jobs, the oldest first, and whether each job has not expired. */
  async #listed(): Promise<readonly { readonly id: string; readonly isThere: boolean }[]> {
    const ids = await this.redis.zrange(OPEN_KEY, 0, -1);
    const found = await Promise.all(ids.map((id) => this.redis.exists(jobKeys(id).job)));
    return ids.map((id, i) => ({ id, isThere: found[i] === 1 }));
  }
}

/** Answer of two scripts: how many open jobs a client may have, and the ids of its open jobs, the oldest first. */
type ClientJobs = readonly [most: number, ...open: string[]];

const tooManyJobs = (client: string, [most, ...open]: ClientJobs): Error =>
  jobsError(
    'JOBS_TOO_MANY',
    `job: ${client} has ${open.length} unfinished jobs; expected fewer than ${most}. Wait, or cancel one; the oldest is ${open[0]}.`,
  );

function notFound(id: string): never {
  throw jobsError(
    'JOB_NOT_FOUND',
    `job ${id}: not found; expected a job that has not expired. Check the id, or send the job again.`,
  );
}
