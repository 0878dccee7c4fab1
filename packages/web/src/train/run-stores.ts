/** Wires the runs of this browser. */
import { parseMetrics } from '@isonoise/train';
import type { RunReader } from '../model/run-model-list.ts';
import { trainingStorage } from './browser-storage.ts';
import { readRuns } from './kept-run.ts';
import { createRunList, type RunList } from './run-list.ts';
import { runsInUse, withRunLock } from './run-lock.ts';
import { createRunReader } from './run-models.ts';
import { runNews } from './run-news.ts';
import { openRunStorage } from './run-storage.ts';
import { startTrainingWorker } from './training-client.ts';
import { storedView, type TrainingView } from './training-view.ts';

const news = runNews();
const storage = openRunStorage(trainingStorage(), news.tell);

/** All runs stored in this browser. */
export const keptRuns: RunList = createRunList({
  read: () => readRuns(storage),
  inUse: () => runsInUse(navigator.locks),
  later: (act, ms) => void setTimeout(act, ms),
});

/** The runs as models. */
export const runReader: RunReader = createRunReader(keptRuns, startTrainingWorker);

news.listen(() => void keptRuns.refresh());
// A tab that was closed does not announce that its run is free.
addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void keptRuns.refresh();
});

/** Calls `act` after each change of the stored runs, in this tab or another one. */
export const onRunsChanged = (act: () => void): (() => void) => news.listen(act);

/** Returns the view of a stored run before it is resumed. @throws `RUN_NOT_FOUND`, and the errors of the storage */
export async function storedRun(name: string): Promise<TrainingView> {
  const run = storage.open(name);
  const [record, step, metrics, samples] = await Promise.all([
    run.readRecord(),
    run.lastStep(),
    run.metrics.read(),
    run.readSamples(),
  ]);
  return storedView(record, step, parseMetrics(metrics), samples);
}

/** Deletes a stored run. @throws `RUN_LOCKED` while another tab uses it */
export async function deleteRun(name: string): Promise<void> {
  await withRunLock(navigator.locks, name, () => storage.remove(name));
  // Announced again, because the lock is released only now.
  news.tell();
}
