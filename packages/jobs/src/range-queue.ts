import { Queue } from 'bullmq';
import type { Connection } from './connect.ts';
import { fieldsOf } from './connect.ts';
import { countRanges, type JobRecord } from './job-record.ts';
import type { JobStore } from './job-store.ts';
import { PREFIX, PROTOCOL, RANGE_QUEUE, rangeName } from './protocol.ts';

/** Data of a job of BullMQ: a range of images. */
export interface RangeData {
  readonly protocol: typeof PROTOCOL;
  /** Id of the job. */
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

/** Memory of the store, in bytes. */
export interface StoreMemory {
  readonly used: number;
  /** Memory limit of the server; null if it has none. */
  readonly limit: number | null;
  /** Used memory at which no further ranges are added to the queue. */
  readonly forJobs: number;
}

/** How often a range is tried before its job fails. */
const ATTEMPTS = 5;
/** Pause before the second attempt; each further pause is twice as long. */
const BACKOFF_MS = 1000;
/** Failed ranges are kept in the failed list for this time, at most this many. */
const KEEP_FAILED = { age: 7 * 24 * 3600, count: 1000 };
/** Largest number of ranges of a job in the queue. */
const MOST_WAITING = 64;
/** Share of the memory of the server that jobs may fill. */
const MEMORY_SHARE = 0.7;
/** Memory that jobs may fill if the server has no limit. */
const UNLIMITED_BYTES = 1 << 30;

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
   * Adds ranges of a job to the queue, as many as should wait and as their images fit into the memory of the server.
   * Any process may call this at any time; a range that is already in the queue or finished is not drawn again.
   */
  async feed(record: JobRecord): Promise<void> {
    const { id, rangeSize, imageValues, priority } = record;
    const { state, added, finished } = await this.#store.progress(id);
    const all = countRanges(record);
    const waiting = added - finished;
    if (state !== 'open' || added >= all || waiting > MOST_WAITING / 2) return;
    const room = Math.floor((await this.#freeBytes()) / (4 * rangeSize * imageValues)) - waiting;
    const count = Math.min(all - added, MOST_WAITING - waiting, room);
    if (count <= 0) return;
    // The ranges are added before they are counted: a process that ends in between adds them twice, which has no effect.
    await this.#queue.addBulk(
      Array.from({ length: count }, (_, i) => ({
        name: 'range',
        data: { protocol: PROTOCOL, job: id, range: added + i } as const,
        opts: {
          jobId: rangeName(id, added + i),
          priority,
          attempts: ATTEMPTS,
          backoff: { type: 'exponential', delay: BACKOFF_MS, jitter: 0.5 },
          removeOnComplete: true,
          removeOnFail: KEEP_FAILED,
        },
      })),
    );
    await this.#store.raiseAdded(id, added + count);
  }

  /** Memory of the server that jobs may still fill. */
  async #freeBytes(): Promise<number> {
    const { used, forJobs } = await this.memory();
    return Math.max(0, forJobs - used);
  }

  /** Returns the memory of the server. */
  async memory(): Promise<StoreMemory> {
    const info = fieldsOf(await this.#connection.redis.info('memory'));
    const limit = Number(info.get('maxmemory'));
    return {
      used: Number(info.get('used_memory')),
      limit: limit === 0 ? null : limit,
      forJobs: limit * MEMORY_SHARE || UNLIMITED_BYTES,
    };
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

  /** Takes the waiting ranges of an ended job out of the queue. */
  async withdraw(record: JobRecord): Promise<void> {
    const { added } = await this.#store.progress(record.id);
    for (let range = 0; range < added; range++) {
      const waiting = await this.#queue.getJob(rangeName(record.id, range));
      // A failed range stays in the failed list. A range that a worker draws is locked; the worker notices the end.
      if (waiting !== undefined && !(await waiting.isFailed())) await waiting.remove().catch(() => {});
    }
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}
