import { requireSavable, type SamplingStart } from '@isonoise/sampler';
import type { Queue } from 'bullmq';
import type { Connection } from './connect.ts';
import { isStoreTrouble, storeError } from './connect.ts';
import { defaultRange } from './default-range.ts';
import { jobsError } from './errors.ts';
import { type BundleName, countRanges, imagesOfRange, type JobRecord, newJobId } from './job-record.ts';
import { JobStore } from './job-store.ts';
import type { FinishedRange, JobProgress } from './job-types.ts';
import { DEFAULT_PRIORITY, DEFAULT_SAVE_EVERY } from './limits.ts';
import { PROTOCOL } from './protocol.ts';
import { type QueuedRanges, type RangeData, RangeQueue } from './range-queue.ts';
import { refusalOf, unlessRefused } from './refusals.ts';
import { requireRangeFits, type StoreMemory } from './store-memory.ts';
import { pauseUntil, untilAborted } from './until-aborted.ts';
import { type WorkerInfo, WorkerList } from './worker-list.ts';

/** Default time for which a job is kept after its last progress: a day. */
const DEFAULT_KEEP_SECONDS = 24 * 3600;

/** Interval at which a client asks for finished ranges. */
const ASK_MS = 100;
/** Ranges whose images a client reads and removes together. */
const READ_RANGES = 8;
/** Interval at which a client postpones the expiry of its job. */
const KEEP_MS = 60_000;

export interface JobRequest {
  readonly start: SamplingStart;
  readonly bundle: BundleName;
  readonly guide?: BundleName | undefined;
  /** Sender of the job; the limit of unfinished jobs applies to each sender. */
  readonly client: string;
  /** Number of images in each range. Default: the result of `defaultRange`. */
  readonly rangeSize?: number | undefined;
  /** The state of a range is saved after this many steps; 0: never. Default 10. */
  readonly saveEvery?: number | undefined;
  /** Whether all images must come from one kind of processor. Default false. */
  readonly sameBits?: boolean | undefined;
  /** Addresses from which workers fetch the bundle and the guide if they do not have them. */
  readonly sources?: JobRecord['sources'] | undefined;
  /** Jobs with a smaller number are drawn first, from 1; default 10. */
  readonly priority?: number | undefined;
  /** Seconds for which the job is kept after its last progress. Default: a day. */
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
   * Sends a job. When this method returns, the job is stored and will be drawn, even if this process ends.
   *
   * If this method throws, the job is not drawn, and its stored parts expire after a minute. There is one exception: the
   * last step opens the job, and if the connection is lost before this step is answered, the job may be drawn.
   *
   * @throws `JOBS_TOO_MANY` if the client has reached its limit of unfinished jobs; `JOBS_UNREACHABLE` if the store cannot
   *   be reached, or if sending took over a minute; `JOBS_MEMORY_FULL` if the memory is
   *   full, or too small for a range; `SAMPLER_REQUEST` if the state of a range is too large to be saved
   */
  async send(request: JobRequest): Promise<JobRecord> {
    const { start, bundle, guide, client } = request;
    const { plan } = start;
    const { rangeSize = defaultRange(plan) } = request;
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
      hasSenderText: request.senderText !== undefined,
    };
    await this.#queue.removeExpired().catch(unlessRefused);
    await this.requireFewJobs(client);
    requireSavable({ ...plan, images: plan.images.slice(0, rangeSize) });
    requireRangeFits(record, await this.#queue.memory());
    try {
      await this.#store.create(record, start, request.senderText);
      await this.#store.admit(record);
    } catch (cause) {
      await this.#store.remove(record.id).catch(() => {});
      throw storeError('sending a job', cause);
    }
    // The job is stored. If its ranges cannot be added now, workers add them later.
    await this.#queue.fill(record).catch((error: unknown) => {
      if (refusalOf(error) === null && !isStoreTrouble(error)) throw error;
    });
    return record;
  }

  /** Checks the number of unfinished jobs. @throws `JOBS_TOO_MANY` if the client has reached its limit */
  requireFewJobs(client: string): Promise<void> {
    return this.#store.requireFewJobs(client);
  }

  /** Returns the workers that are connected now; those of earlier versions only if no other worker is connected. */
  workers(): Promise<readonly WorkerInfo[]> {
    return this.#workers.all();
  }

  /** Returns the progress of a job. @throws `JOB_NOT_FOUND` */
  progress(id: string): Promise<JobProgress> {
    return this.#store.progress(id);
  }

  /**
   * Yields the ranges of a job as they are finished, each once, in any order. The images of taken ranges are removed
   * from the store, several ranges at a time.
   *
   * @param signal stops the collection with its reason, even while the connection is lost; the job continues
   * @throws `JOB_FAILED`, `JOB_CANCELLED` if the job failed or was cancelled; `JOB_NOT_FOUND` if it has expired
   */
  async *collect(record: JobRecord, signal?: AbortSignal): AsyncGenerator<FinishedRange, void, undefined> {
    const { id } = record;
    const store = this.#store;
    const collected = new Set<number>();
    // Ranges that may be finished but were not collected.
    const open = new Set<number>();
    let [known, kept] = [0, performance.now()];
    for (;;) {
      // The state is read before the ranges, so that all ranges are found if the state is done.
      const progress = await untilAborted(store.progress(id), signal);
      if (progress.state === 'failed' || progress.state === 'cancelled') throw endError(id, progress);
      const end = progress.state === 'done' ? countRanges(record) : progress.added;
      for (; known < end; known++) open.add(known);
      const finished = await untilAborted(store.finishedOf(id, [...open]), signal);
      for (const part of partsOf([...finished], READ_RANGES)) {
        const read = part.map(async ([range, by]) => ({
          range,
          first: imagesOfRange(record, range).first,
          images: await this.#imagesOf(record, range),
          by,
        }));
        for (const each of await untilAborted(Promise.all(read), signal)) {
          yield each;
          collected.add(each.range);
          open.delete(each.range);
        }
        const ranges = part.map(([range]) => range);
        await untilAborted(store.removeImages(id, ranges), signal);
      }
      if (collected.size === countRanges(record)) return;
      if (performance.now() - kept > KEEP_MS) {
        kept = performance.now();
        await untilAborted(store.keep(record), signal);
      }
      await untilAborted(this.#feed(record), signal);
      await pauseUntil(ASK_MS, signal);
    }
  }

  /**
   * Reads the images of a range.
   *
   * @throws the error of the job if the job ended in the meantime, because its images are then removed
   */
  async #imagesOf(record: JobRecord, range: number): Promise<Float32Array> {
    try {
      return await this.#store.images(record, range);
    } catch (error) {
      const progress = await this.#store.progress(record.id);
      throw progress.state === 'failed' || progress.state === 'cancelled'
        ? endError(record.id, progress)
        : error;
    }
  }

  /** Adds ranges to the queue. While the server refuses changes, the ranges wait. */
  async #feed(record: JobRecord): Promise<void> {
    await this.#queue.fill(record).catch(unlessRefused);
  }

  /**
   * Returns a text for the user about the reason why an open job waits: the note of a worker, a missing worker of the
   * job's kind, or missing memory while none of its ranges is in the queue. Returns null if nothing is missing, or if the
   * job is not open. The text changes only if the reason changes, or if the worker that wrote the note leaves.
   */
  async waitsFor(record: JobRecord, progress: JobProgress): Promise<string | null> {
    const { state, note, kind } = progress;
    if (state !== 'open') return null;
    if (note !== '') return note;
    if (kind !== null && !(await this.#workers.kinds()).has(kind))
      return (
        `the job waits for a worker of kind ${kind}, because all its images must have the bits of one kind; ` +
        'expected such a worker to be connected. Start a worker on such a processor, or cancel the job'
      );
    return this.#queue.shortage(record, progress);
  }

  /**
   * Cancels a job: waiting ranges leave the queue, workers stop at the next step, and its images are removed.
   *
   * @returns false if the job had ended before; its images are then kept
   */
  async cancel({ id }: Pick<JobRecord, 'id'>, reason: string): Promise<boolean> {
    if (!(await this.#store.end(id, 'cancelled', reason))) return false;
    await this.#queue.withdraw(id);
    return true;
  }

  /** Removes a job and its images. Cancel an open job first, so that its client gets the reason. */
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

/** Cuts a list into parts. @param size largest length of a part */
const partsOf = <T>(list: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));

function endError(id: string, { state, reason }: JobProgress): Error {
  return state === 'failed'
    ? jobsError('JOB_FAILED', `job ${id} failed at ${reason}. Correct the cause, and send the job again.`)
    : jobsError(
        'JOB_CANCELLED',
        `job ${id} was cancelled: ${reason}. Send the job again if it is still needed.`,
      );
}
