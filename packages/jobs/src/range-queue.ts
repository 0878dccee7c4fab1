import { Queue } from 'bullmq';
import type { Connection } from './connect.ts';
import { fieldsOf } from './connect.ts';
import { countRanges, type JobRecord } from './job-record.ts';
import type { JobStore } from './job-store.ts';
import type { JobProgress } from './job-types.ts';
import { FEED_RANGES, MOST_QUEUED } from './limits.ts';
import { jobOfRange, PREFIX, PROTOCOL, RANGE_QUEUE, rangeName } from './protocol.ts';
import { rangeBytes, type StoreMemory, shortageText, storeMemory } from './store-memory.ts';

/** Data of a job of BullMQ: a range of images. */
export interface RangeData {
  readonly protocol: typeof PROTOCOL;
  /** Id of our job, to which the range belongs. */
  readonly job: string;
  readonly range: number;
}

/** Number of ranges in each state of the queue. */
export interface QueuedRanges {
  readonly waiting: number;
  /** Being drawn now. */
  readonly active: number;
  /** Waiting until they are tried again. */
  readonly delayed: number;
  /** In the failed list, where a range stays for a week. */
  readonly failed: number;
}

/** How often a range is tried before its job fails. */
const ATTEMPTS = 5;
/** Pause before the second attempt; each further pause is twice as long. */
const BACKOFF_MS = 1000;
/** Failed ranges are kept in the failed list for this time, at most this many. */
const KEEP_FAILED = { age: 7 * 24 * 3600, count: 1000 };

/** The queue of ranges. */
export class RangeQueue {
  readonly #queue: Queue<RangeData>;
  readonly #store: JobStore;
  readonly #connection: Connection;

  constructor(connection: Connection, store: JobStore) {
    this.#connection = connection;
    this.#store = store;
    this.#queue = new Queue(RANGE_QUEUE, { connection: connection.redis, prefix: PREFIX });
    // Errors of the connection are reported by the commands that wait for it.
    this.#queue.on('error', () => {});
  }

  /**
   * Adds ranges of a job to the queue, a few at a time, if they are missing there and their images fit into the memory
   * of the server. Memory for these images is reserved. Any process may call this at any time; a range that is already
   * in the queue or finished is not drawn again.
   *
   * @param room memory that was free a moment ago, in bytes, if known: jobs whose ranges do not fit are skipped
   * @returns whether ranges were added, so that more may be missing
   */
  async feed(record: JobRecord, room: number = Number.POSITIVE_INFINITY): Promise<boolean> {
    const { id, priority } = record;
    const { state, added, reserved, finished } = await this.#store.progress(id);
    const next = Math.min(FEED_RANGES, countRanges(record) - added);
    if (state !== 'open' || next <= 0 || added - finished + next > MOST_QUEUED) return false;
    if (reserved === added && rangeBytes(record) > room) return false;
    const { added: from, reserved: to } = await this.#store.reserve(record, (await this.memory()).forJobs);
    if (to <= from) return false;
    // The ranges are added before they are counted. If the process ends in between, they are added again, which has no
    // effect.
    await this.#queue.addBulk(
      Array.from({ length: to - from }, (_, i) => ({
        name: 'range',
        data: { protocol: PROTOCOL, job: id, range: from + i } as const,
        opts: {
          jobId: rangeName(id, from + i),
          priority,
          attempts: ATTEMPTS,
          backoff: { type: 'exponential', delay: BACKOFF_MS, jitter: 0.5 },
          removeOnComplete: true,
          removeOnFail: KEEP_FAILED,
        },
      })),
    );
    await this.#store.raiseAdded(id, to);
    return true;
  }

  /** Adds ranges of a job to the queue until no more are allowed there. */
  async fill(record: JobRecord): Promise<void> {
    while (await this.feed(record));
  }

  /** Returns the memory into which images of further ranges fit, in bytes. */
  async room(): Promise<number> {
    const [{ forJobs, used }, promised] = await Promise.all([this.memory(), this.#store.promised()]);
    return forJobs - used - promised;
  }

  /** Returns the memory of the server. */
  async memory(): Promise<StoreMemory> {
    return storeMemory(fieldsOf(await this.#connection.redis.info('memory')));
  }

  /** Returns the number of ranges in each state. */
  async counts(): Promise<QueuedRanges> {
    const states = ['prioritized', 'waiting', 'active', 'delayed', 'failed'] as const;
    const {
      prioritized = 0,
      waiting = 0,
      active = 0,
      delayed = 0,
      failed = 0,
    } = await this.#queue.getJobCounts(...states);
    return { waiting: prioritized + waiting, active, delayed, failed };
  }

  /** The queue as BullMQ knows it. */
  get ofBullMq(): Queue<RangeData> {
    return this.#queue;
  }

  /**
   * Returns a text for the user that says why no range of a job is in the queue. Null if the queue has some, or if none
   * is left to draw.
   */
  async shortage(record: JobRecord, { state, added, finished }: JobProgress): Promise<string | null> {
    if (state !== 'open' || added > finished || added >= countRanges(record)) return null;
    const [memory, promised] = await Promise.all([this.memory(), this.#store.promised()]);
    return shortageText(record, memory, promised);
  }

  /**
   * Takes the waiting ranges of ended jobs out of the queue. A failed range stays in the failed list. A range that a
   * worker draws is locked; the worker notices the end.
   */
  async withdraw(...ids: readonly string[]): Promise<void> {
    const names = await this.#names(['prioritized', 'delayed']);
    const own = names.filter((name) => ids.includes(jobOfRange(name)));
    // A worker may have taken a range since the names were read.
    await Promise.all(own.map((name) => this.#queue.remove(name).catch(() => 0)));
  }

  /** Takes the waiting ranges of jobs that have expired out of the queue. */
  async removeExpired(): Promise<void> {
    const expired = await this.#store.expired();
    if (expired.length === 0) return;
    // The jobs are forgotten last: if this process ends before, another one continues.
    await this.withdraw(...expired);
    await this.#store.forget(expired);
  }

  /** Returns the ids of jobs with ranges in the failed list. */
  async failedJobs(): Promise<ReadonlySet<string>> {
    return new Set((await this.#names(['failed'])).map(jobOfRange));
  }

  /** Returns the reason with which the first failed range of a job failed. */
  async failureOf(id: string): Promise<{ readonly range: number; readonly reason: string } | null> {
    const name = (await this.#names(['failed'])).find((name) => jobOfRange(name) === id);
    const failed = name === undefined ? undefined : await this.#queue.getJob(name);
    return failed === undefined ? null : { range: failed.data.range, reason: failed.failedReason };
  }

  /** Returns the names of the ranges in some lists of the queue, all of which are sorted sets. */
  async #names(lists: readonly ('prioritized' | 'delayed' | 'failed')[]): Promise<readonly string[]> {
    const read = (list: string): Promise<string[]> =>
      this.#connection.redis.zrange(this.#queue.toKey(list), 0, -1);
    return (await Promise.all(lists.map(read))).flat();
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}
