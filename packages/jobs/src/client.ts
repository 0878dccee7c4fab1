import { setTimeout as pause } from 'node:timers/promises';
import { requireSavable, type SamplingStart } from '@isonoise/sampler';
import type { Queue } from 'bullmq';
import type { Connection } from './connect.ts';
import { storeError } from './connect.ts';
import { jobsError } from './errors.ts';
import { type BundleName, countRanges, imagesOfRange, type JobRecord, newJobId } from './job-record.ts';
import { type FinishedRange, type JobProgress, JobStore } from './job-store.ts';
import { PROTOCOL } from './protocol.ts';
import { type QueuedRanges, type RangeData, RangeQueue, type StoreMemory } from './range-queue.ts';
import { type WorkerInfo, WorkerList } from './worker-list.ts';

/** Largest default number of images of a range. */
const MOST_RANGE = 64;
/** Small jobs are cut into at least this many ranges, so that several workers draw them. */
const LEAST_RANGES = 8;
/** Default number of steps after which the state of a range is saved. */
const DEFAULT_SAVE_EVERY = 10;
/** Default time for which a job is kept after its last progress: a day. */
const DEFAULT_KEEP_SECONDS = 24 * 3600;
const DEFAULT_PRIORITY = 10;

/** Interval at which a client asks for finished ranges. */
const ASK_MS = 100;
/** Interval at which a client postpones the expiry of its job. */
const KEEP_MS = 60_000;

export interface JobRequest {
  readonly start: SamplingStart;
  readonly bundle: BundleName;
  readonly guide?: BundleName | undefined;
  /** Who sends the job. */
  readonly client: string;
  /** Images of each range; default: an eighth of the images, at most 64. */
  readonly rangeSize?: number | undefined;
  readonly saveEvery?: number | undefined;
  /** Whether all images must come from one kind of processor. Default false. */
  readonly sameBits?: boolean | undefined;
  /** Addresses from which workers fetch the bundle and the guide if they do not have them. */
  readonly sources?: JobRecord['sources'] | undefined;
  /** Jobs with a smaller number are drawn first, from 1; default 10. */
  readonly priority?: number | undefined;
  readonly keepSeconds?: number | undefined;
  /** Text that is kept with the job; default none. */
  readonly senderText?: string | undefined;
}

/** Sends jobs and collects their images. */
export class JobClient {
  readonly #store: JobStore;
  readonly #queue: RangeQueue;
  readonly #workers: WorkerList;

  constructor(connection: Connection) {
    this.#store = new JobStore(connection.redis);
    this.#workers = new WorkerList(connection.redis);
    this.#queue = new RangeQueue(connection, this.#store);
  }

  /**
   * Sends a job. When this returns, the job is stored and will be drawn, even if this process ends.
   *
   * @throws `JOBS_CLIENT_LIMIT`, `JOBS_STORE_FULL`, `JOBS_UNREACHABLE`; `SAMPLER_REQUEST` if the state of a range is too large to be saved
   */
  async send(request: JobRequest): Promise<JobRecord> {
    const { start, bundle, guide, client } = request;
    const { plan } = start;
    const { rangeSize = defaultRange(plan.images.length) } = request;
    const { channels, height, width } = plan.shape;
    const record: JobRecord = {
      protocol: PROTOCOL,
      id: newJobId(),
      created: Date.now(),
      client,
      bundle,
      ...(guide === undefined ? {} : { guide }),
      images: plan.images.length,
      imageValues: channels * height * width,
      rangeSize,
      saveEvery: request.saveEvery ?? DEFAULT_SAVE_EVERY,
      sameBits: request.sameBits ?? false,
      sources: request.sources ?? {},
      priority: request.priority ?? DEFAULT_PRIORITY,
      keepSeconds: request.keepSeconds ?? DEFAULT_KEEP_SECONDS,
      ...(request.senderText === undefined ? {} : { senderText: request.senderText }),
    };
    await this.#requireFewJobs(client);
    requireSavable({ ...plan, images: plan.images.slice(0, rangeSize) });
    try {
      await this.#store.create(record, start);
      await this.#queue.feed(record);
    } catch (cause) {
      throw storeError('sending a job', cause);
    }
    return record;
  }

  /** @throws `JOBS_CLIENT_LIMIT` if the client has too many jobs that are not finished */
  async #requireFewJobs(client: string): Promise<void> {
    const [most, open] = await Promise.all([this.#store.clientLimit(), this.#store.openOf(client)]);
    if (open.length < most) return;
    throw jobsError(
      'JOBS_CLIENT_LIMIT',
      `job: ${client} has ${open.length} unfinished jobs; expected fewer than ${most}. Wait, or cancel one: pnpm jobs cancel ${open[0]}`,
    );
  }

  /** Returns the workers that are connected now, of every version. */
  workers(): Promise<readonly WorkerInfo[]> {
    return this.#workers.all();
  }

  /** Returns the progress of a job. @throws `JOBS_NOT_FOUND` */
  progress(id: string): Promise<JobProgress> {
    return this.#store.progress(id);
  }

  /**
   * Yields the ranges of a job as they are finished, each once, in any order. The images of a range are removed from
   * the store when the next range is taken.
   *
   * @param signal stops the collection with its reason; the job goes on
   * @throws `JOBS_FAILED`, `JOBS_CANCELLED` when the job has ended so; `JOBS_NOT_FOUND` if it has expired
   */
  async *collect(record: JobRecord, signal?: AbortSignal): AsyncGenerator<FinishedRange, void, undefined> {
    const { id } = record;
    const collected = new Set<number>();
    let kept = performance.now();
    while (collected.size < countRanges(record)) {
      signal?.throwIfAborted();
      // The state is read before the ranges: a job that is done then has all its ranges.
      const progress = await this.#store.progress(id);
      const finished = progress.finished > collected.size ? await this.#store.finishedRanges(id) : new Map();
      for (const [range, by] of finished) {
        if (collected.has(range)) continue;
        const images = await this.#store.images(record, range);
        yield { range, first: imagesOfRange(record, range).first, images, by };
        collected.add(range);
        await this.#store.removeImages(id, [range]);
        signal?.throwIfAborted();
      }
      if (progress.state === 'failed' || progress.state === 'cancelled') throw endError(id, progress);
      if (performance.now() - kept > KEEP_MS) {
        kept = performance.now();
        await this.#store.keep(record);
      }
      if (collected.size === countRanges(record)) return;
      await this.#queue.feed(record);
      await pause(ASK_MS);
    }
  }

  /** Cancels a job: waiting ranges leave the queue, and workers stop at the next step. @returns false if it had ended */
  async cancel(record: JobRecord, reason: string): Promise<boolean> {
    if (!(await this.#store.end(record.id, 'cancelled', reason))) return false;
    await this.#queue.withdraw(record);
    return true;
  }

  /** Removes a job and its images. */
  remove(id: string): Promise<void> {
    return this.#store.remove(id);
  }

  /** Returns the number of ranges in each state of the queue. */
  queued(): Promise<QueuedRanges> {
    return this.#queue.counts();
  }

  /** Returns the memory of the store. */
  memory(): Promise<StoreMemory> {
    return this.#queue.memory();
  }

  /** The queue as BullMQ knows it, for its board. The caller must not close it or change ranges in it. */
  get queue(): Queue<RangeData> {
    return this.#queue.ofBullMq;
  }

  close(): Promise<void> {
    return this.#queue.close();
  }
}

/** Returns the default number of images of a range. */
const defaultRange = (images: number): number => Math.min(MOST_RANGE, Math.ceil(images / LEAST_RANGES));

function endError(id: string, { state, reason }: JobProgress): Error {
  return state === 'failed'
    ? jobsError('JOBS_FAILED', `job ${id} failed at ${reason}. Correct the cause, and send the job again.`)
    : jobsError(
        'JOBS_CANCELLED',
        `job ${id} was cancelled: ${reason}. Send the job again if it is still needed.`,
      );
}
