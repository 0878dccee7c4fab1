import { randomInt } from 'node:crypto';
import { codeOf } from '@isonoise/error';
import { DelayedError, type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Connection } from './connect.ts';
import { drawRange, type RangeOutcome } from './draw-range.ts';
import { dropOldest } from './drop-oldest.ts';
import { errorText } from './error-text.ts';
import { jobsError } from './errors.ts';
import { createFeeder, endFailed, MOST_STALLS } from './feed-jobs.ts';
import { JobCache } from './job-cache.ts';
import type { JobRecord } from './job-record.ts';
import { progressOf, stateOf } from './job-state.ts';
import { JobStore } from './job-store.ts';
import { noteOnce } from './note-once.ts';
import { isLeft, offerAgainMs } from './offer-again.ts';
import { PREFIX, PROTOCOL, RANGE_QUEUE } from './protocol.ts';
import type { RangeModels } from './range-model.ts';
import { type RangeData, RangeQueue } from './range-queue.ts';
import { refusalOf, unlessRefused } from './refusals.ts';
import { WorkerList } from './worker-list.ts';
import { WorkerPresence } from './worker-presence.ts';

/** Interval at which one of the workers adds ranges of all open jobs to the queue, in case their clients did not. */
const FEED_MS = 2000;
/** Time for which a worker does not try again to open a model. */
const NO_MODEL_MS = 10_000;
/** Maximum number of jobs in `noted`. */
const MOST_NOTED = 1000;
/** Number of different pauses before a range is offered again. */
const RANDOM_STEPS = 1000;
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
  const { connection, name, concurrency, lockMs, onRange = () => {} } = options;
  const onNote = noteOnce(options.onNote ?? (() => {}));
  const store = new JobStore(connection.redis);
  const queue = new RangeQueue(connection, store);
  const stopping = new AbortController();
  const presence = new WorkerPresence(new WorkerList(connection.redis), name);
  const jobs = new JobCache((id) => store.read(id));
  /** Jobs whose models could not be opened, and until when this is not tried again. */
  const lacking = new Map<string, number>();
  /** The latest jobs in whose notes this worker said that it cannot open their models. */
  const noted = new Set<string>();

  const draw = async (data: RangeData): Promise<RangeOutcome> => {
    requireProtocol(data);
    const { job: id, range } = data;
    const progress = await progressOf(store, id);
    if (progress?.state !== 'open') return progress?.state ?? 'gone';
    if (await store.isFinished(id, range)) return 'known';
    const now = performance.now();
    for (const [lacked, until] of lacking) if (until < now) lacking.delete(lacked);
    if (lacking.has(id)) return 'no model';
    const { record, start } = await jobs.get(id);
    const outcome = await drawRange({
      record,
      start,
      range,
      store,
      models: options.models,
      worker: name,
      stopping: stopping.signal,
      onKind: (kind) => presence.isOf(kind),
      isGone: (kind) => presence.isGone(kind),
      async onBegin() {
        if (noted.delete(id) || progress.note !== '') await store.clearNote(id, name);
      },
      onDrawn: (by, images) => presence.drew(by, images),
      onNote,
    });
    onRange(record, range, outcome);
    if (outcome === 'no model') {
      lacking.set(id, performance.now() + NO_MODEL_MS);
      // Deleted first, so that the job becomes the latest.
      noted.delete(id);
      noted.add(id);
      dropOldest(noted, MOST_NOTED);
    }
    if (outcome === 'stored') await queue.feed(record).catch(unlessRefused);
    return outcome;
  };

  /**
   * Draws a range. A temporary error of the store does not count as an attempt. If the last attempt fails, the job
   * fails.
   */
  const attempt = async (job: Job<RangeData>): Promise<RangeOutcome | 'refused'> => {
    try {
      return await draw(job.data);
    } catch (error) {
      const refusal = refusalOf(error);
      const { job: id, range } = job.data;
      if (refusal !== null) {
        onNote(`job ${id}: range ${range} waits, because ${refusal}`);
        return 'refused';
      }
      const state = await stateOf(store, id);
      if (state !== 'open') return state;
      const text = errorText(error);
      onNote(`job ${id}, range ${range}: ${text}`);
      const isLast = isPermanent(error) || job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
      // The job ends before its range enters the failed list, so that it does not stay open if this process ends here.
      if (isLast) await endFailed(store, queue, id, range, text).catch(unlessRefused);
      throw isPermanent(error) ? new UnrecoverableError(text) : new Error(text);
    }
  };

  const worker = new Worker<RangeData>(
    RANGE_QUEUE,
    async (job: Job<RangeData>, token) => {
      const outcome = await attempt(job);
      if (outcome === 'stopped') {
        // If the server refuses this, another worker takes the range when its lock has expired.
        await job.moveToWait(token).catch(unlessRefused);
        throw new WaitingError();
      }
      if (!isLeft(outcome)) return;
      const { added, finished } = await store.progress(job.data.job).catch(() => ({ added: 0, finished: 0 }));
      const pause = offerAgainMs(outcome, added - finished, randomInt(RANDOM_STEPS) / RANDOM_STEPS);
      await job.moveToDelayed(Date.now() + pause, token).catch(unlessRefused);
      throw new DelayedError();
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
    if (!/ECONN|EPIPE|Connection is closed/.test(error.message)) onNote(errorText(error));
  });
  worker.on('failed', (job, error) => {
    void (async () => {
      // A range whose workers ended too often fails here; other failures have ended their jobs before.
      if (job !== undefined && (await job.isFailed()))
        await endFailed(store, queue, job.data.job, job.data.range, error.message);
    })().catch((reason: unknown) => onNote(errorText(reason)));
  });
  const feedAll = createFeeder(store, queue, onNote);
  const tick = async (): Promise<void> => {
    await presence.announce();
    if (await store.mayFeed(name, FEED_MS)) await feedAll();
  };
  const safeTick = (): void => {
    void tick().catch((error: unknown) => {
      if (refusalOf(error) === null) onNote(errorText(error));
    });
  };
  safeTick();
  const timer = setInterval(safeTick, FEED_MS);
  return {
    async stop() {
      stopping.abort();
      clearInterval(timer);
      await worker.close();
      await presence.leave();
      await queue.close();
    },
  };
}

const isPermanent = (error: unknown): boolean => PERMANENT.has(codeOf(error) ?? '');

function requireProtocol({ protocol }: RangeData): void {
  if (protocol === PROTOCOL) return;
  throw jobsError(
    'JOBS_PROTOCOL',
    `worker: a range has protocol ${protocol}; expected ${PROTOCOL}. Use the same version of isonoise on all machines.`,
  );
}
