import { codeOf } from '@isonoise/error';
import { DelayedError, type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Connection } from './connect.ts';
import { isFull } from './connect.ts';
import { drawRange, type RangeOutcome } from './draw-range.ts';
import { jobsError } from './errors.ts';
import type { JobRecord } from './job-record.ts';
import { type DrawnBy, JobStore } from './job-store.ts';
import { PREFIX, PROTOCOL, RANGE_QUEUE } from './protocol.ts';
import type { RangeModels } from './range-model.ts';
import { type RangeData, RangeQueue } from './range-queue.ts';
import type { JobStart } from './start-fields.ts';
import { WorkerList } from './worker-list.ts';

/** How often a range may lose its worker before its job fails. */
const MOST_STALLS = 10;
/** Interval at which a worker adds ranges of all open jobs to the queue, in case nobody else did. */
const FEED_MS = 2000;
/** Pause before a range is offered again after a worker of another kind of processor got it. */
const OTHER_KIND_MS = 1000;
/** Number of jobs whose requests a worker keeps in memory. */
const KEPT_JOBS = 8;
/** Errors that a further attempt would repeat. */
const PERMANENT: ReadonlySet<string> = new Set([
  'JOBS_PROTOCOL',
  'JOBS_RECORD',
  'SAMPLER_SAVED',
  'SAMPLER_REQUEST',
  'RUNTIME_REQUEST',
]);

export interface WorkerOptions {
  readonly connection: Connection;
  readonly models: RangeModels;
  /** Name of the worker, such as `host-4711`. */
  readonly name: string;
  /** Number of ranges that are drawn at the same time. */
  readonly concurrency: number;
  /** Milliseconds without a sign of life after which other workers continue the ranges of a worker. */
  readonly lockMs: number;
  /** Called when a range ended. */
  readonly onRange?: ((record: JobRecord, range: number, outcome: RangeOutcome) => void) | undefined;
  /** Receives notes and errors for the log. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/** A running worker. */
export interface RunningWorker {
  /** Takes no further ranges, saves the state of the current ones and puts them back into the queue. */
  stop(): Promise<void>;
}

/** Starts to draw ranges of all jobs. The caller must call `stop`. */
export function startWorker(options: WorkerOptions): RunningWorker {
  const { connection, name, concurrency, lockMs, onNote = () => {}, onRange = () => {} } = options;
  const store = new JobStore(connection.redis);
  const queue = new RangeQueue(connection, store);
  const stopping = new AbortController();
  const drawn = { kinds: new Set<string>(), images: 0, ranges: 0, milliseconds: 0 };
  const jobs = new Map<string, Promise<{ readonly record: JobRecord; readonly start: JobStart }>>();

  const readJob = (id: string): Promise<{ readonly record: JobRecord; readonly start: JobStart }> => {
    const reading = jobs.get(id) ?? store.read(id);
    jobs.delete(id);
    jobs.set(id, reading);
    reading.catch(() => jobs.delete(id));
    for (const oldest of jobs.keys()) if (jobs.size > KEPT_JOBS) jobs.delete(oldest);
    return reading;
  };

  const draw = async (data: RangeData): Promise<RangeOutcome> => {
    requireProtocol(data);
    const { job: id, range } = data;
    const state = await stateOf(store, id);
    if (state !== 'open') return state;
    if (await store.isFinished(id, range)) return 'known';
    const { record, start } = await readJob(id);
    const work = {
      record,
      start,
      range,
      store,
      models: options.models,
      worker: name,
      stopping: stopping.signal,
      onDrawn({ kind, milliseconds }: DrawnBy, images: number) {
        drawn.kinds.add(kind);
        drawn.images += images;
        drawn.ranges++;
        drawn.milliseconds += Math.round(milliseconds);
      },
      onNote,
    };
    const outcome = await drawRange(work);
    onRange(record, range, outcome);
    if (outcome === 'stored') await queue.feed(record);
    return outcome;
  };

  const worker = new Worker<RangeData>(
    RANGE_QUEUE,
    async (job: Job<RangeData>, token) => {
      const outcome = await draw(job.data).catch((error: unknown) => {
        onNote(`job ${job.data.job}, range ${job.data.range}: ${textOf(error)}`);
        throw isPermanent(error) ? new UnrecoverableError(textOf(error)) : new Error(textOf(error));
      });
      if (outcome === 'other kind') {
        await job.moveToDelayed(Date.now() + OTHER_KIND_MS, token);
        throw new DelayedError();
      }
      if (outcome !== 'stopped') return;
      await job.moveToWait(token);
      throw new WaitingError();
    },
    {
      connection: connection.redis,
      prefix: PREFIX,
      name,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: MOST_STALLS,
    },
  );
  worker.on('error', (error) => {
    // While the connection is lost, each command fails with such an error; the command reports the loss once.
    if (!/ECONN|Connection is closed/.test(error.message)) onNote(textOf(error));
  });
  worker.on('failed', (job, error) => {
    void failJob(store, queue, job, error).catch((reason: unknown) => onNote(textOf(reason)));
  });
  const list = new WorkerList(connection.redis);
  const tick = async (): Promise<void> => {
    await list.announce({ ...drawn, name, protocol: PROTOCOL, kinds: [...drawn.kinds] });
    await feedAll(store, queue);
  };
  const safeTick = (): void => {
    void tick().catch((error: unknown) => {
      if (!isFull(error)) onNote(textOf(error));
    });
  };
  safeTick();
  const timer = setInterval(safeTick, FEED_MS);
  return {
    async stop() {
      stopping.abort();
      clearInterval(timer);
      await worker.close();
      await list.leave(name);
      await queue.close();
    },
  };
}

const textOf = (error: unknown): string => {
  const code = codeOf(error);
  return `${code === undefined ? '' : `${code}: `}${error instanceof Error ? error.message : error}`;
};

const isPermanent = (error: unknown): boolean => PERMANENT.has(codeOf(error) ?? '');

function requireProtocol({ protocol }: RangeData): void {
  if (protocol === PROTOCOL) return;
  throw jobsError(
    'JOBS_PROTOCOL',
    `worker: a range has protocol ${protocol}; expected ${PROTOCOL}. Use the same version of isonoise on all machines.`,
  );
}

/** Returns the state of a job; `gone` if it has expired. */
async function stateOf(
  store: JobStore,
  id: string,
): Promise<'open' | Exclude<RangeOutcome, 'stored' | 'stopped' | 'other kind'>> {
  try {
    return (await store.progress(id)).state;
  } catch (error) {
    if (codeOf(error) === 'JOBS_NOT_FOUND') return 'gone';
    throw error;
  }
}

/** Ends the job of a range that failed for the last time. */
async function failJob(
  store: JobStore,
  queue: RangeQueue,
  job: Job<RangeData> | undefined,
  error: Error,
): Promise<void> {
  if (job === undefined || !(await job.isFailed())) return;
  const { job: id, range } = job.data;
  if (await store.end(id, 'failed', `range ${range}: ${error.message}`))
    await queue.withdraw(await store.record(id));
}

/** Adds ranges of all open jobs to the queue. */
async function feedAll(store: JobStore, queue: RangeQueue): Promise<void> {
  for (const id of await store.open()) {
    try {
      await queue.feed(await store.record(id));
    } catch (error) {
      if (codeOf(error) !== 'JOBS_NOT_FOUND') throw error;
    }
  }
}
