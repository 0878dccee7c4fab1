import { parseMetrics } from '@isonoise/train';
import { type ReadonlySignal, signal } from '@preact/signals';
import { trainingStorage } from './browser-storage.ts';
import { readRuns, type StoredRuns } from './kept-run.ts';
import { withRunLock } from './run-lock.ts';
import { openRunStorage } from './run-storage.ts';
import { storedView, type TrainingView } from './training-view.ts';

type KeptRuns =
  | { readonly state: 'unknown' }
  | ({ readonly state: 'known' } & StoredRuns)
  | { readonly state: 'failed'; readonly error: unknown };

const storage = openRunStorage(trainingStorage());
const current = signal<KeptRuns>({ state: 'unknown' });

/** All runs stored in this browser. */
export const keptRuns: ReadonlySignal<KeptRuns> = current;

/** Reloads the list of stored runs. */
export async function refreshRuns(): Promise<void> {
  try {
    current.value = { state: 'known', ...(await readRuns(storage)) };
  } catch (error) {
    current.value = { state: 'failed', error };
  }
}

/** Returns the view of a stored run before it is resumed. */
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
  await refreshRuns();
}
