import type { JobTotals, QueuedRanges, StoreMemory, WorkerInfo } from '@isonoise/jobs';
import { Counter, Gauge, type Registry } from 'prom-client';
import { sharedRead } from './shared-read.ts';

/** The state of the queue and its workers. */
export interface JobSnapshot {
  /** Number of unfinished jobs. */
  readonly open: number;
  readonly queued: QueuedRanges;
  readonly totals: JobTotals;
  readonly memory: StoreMemory;
  /** The connected workers. */
  readonly workers: readonly WorkerInfo[];
}

/** Time for which scrapes share the state of the queue. */
const KEEP_MS = 2000;
/** Longest time that a scrape waits for the store: Prometheus gives up after 10 s. */
const WAIT_MS = 2000;

/**
 * Adds the metrics of jobs.
 *
 * @returns a function that reads them, to be called before the registry is read; without the store, all but
 *   `isonoise_jobs_store_up` are absent
 */
export function addJobMetrics(registry: Registry, read: () => Promise<JobSnapshot>): () => Promise<void> {
  const registers = [registry];
  const gauge = <L extends string = never>(name: string, help: string, labelNames: L[] = []): Gauge<L> =>
    new Gauge({ name: `isonoise_jobs_${name}`, help, labelNames, registers });
  const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []): Counter<L> =>
    new Counter({ name: `isonoise_jobs_${name}`, help, labelNames, registers });

  const up = gauge('store_up', 'Whether the store of jobs can be used: 1 or 0.');
  const open = gauge('open', 'Unfinished jobs.');
  const queue = gauge('queue_ranges', 'Ranges of images in the queue, by state.', ['state']);
  const images = counter('images_total', 'Images of jobs that workers drew; each counts once.');
  const ranges = counter('ranges_total', 'Ranges of images that workers drew; each counts once.');
  const seconds = counter('range_seconds_total', 'Total time that workers took to draw ranges.');
  const connected = gauge('workers_connected', 'Connected workers.');
  const workers = gauge(
    'workers',
    'Connected workers that have opened a model, by kind of processor; a worker can be of several kinds.',
    ['kind'],
  );
  const ofWorker = ['worker'];
  const workerImages = counter('worker_images_total', 'Images that a worker drew since its start.', ofWorker);
  const workerRanges = counter('worker_ranges_total', 'Ranges that a worker drew since its start.', ofWorker);
  const workerSeconds = counter(
    'worker_range_seconds_total',
    'Time that a worker took for its ranges.',
    ofWorker,
  );
  const bytes = gauge('store_bytes', 'Used memory of the store of jobs.');
  const limit = gauge('store_limit_bytes', 'Memory limit of the store of jobs; absent if it has none.');
  const plain = [open, connected, images, ranges, seconds, bytes, limit];
  const labelled = [queue, workers, workerImages, workerRanges, workerSeconds];

  const current = sharedRead(read, { keepMs: KEEP_MS, waitMs: WAIT_MS });
  return async () => {
    const now = await current();
    for (const metric of [...plain, ...labelled]) metric.reset();
    up.set(now === undefined ? 0 : 1);
    if (now === undefined) {
      // A metric without labels has the value 0 after a reset, which would be wrong.
      for (const metric of plain) metric.remove();
      return;
    }
    open.set(now.open);
    for (const [state, count] of Object.entries(now.queued)) queue.set({ state }, count);
    images.inc(now.totals.images);
    ranges.inc(now.totals.ranges);
    seconds.inc(now.totals.milliseconds / 1000);
    connected.set(now.workers.length);
    for (const { name: worker, kinds, ...drawn } of now.workers) {
      for (const kind of new Set(kinds)) workers.inc({ kind });
      workerImages.inc({ worker }, drawn.images);
      workerRanges.inc({ worker }, drawn.ranges);
      workerSeconds.inc({ worker }, drawn.milliseconds / 1000);
    }
    bytes.set(now.memory.used);
    if (now.memory.limit === null) limit.remove();
    else limit.set(now.memory.limit);
  };
}
