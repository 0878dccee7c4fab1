import { type ReadonlySignal, signal } from '@preact/signals';
import { announce } from '../ui/live-region.tsx';
import { drawing, resume } from './drawing-store.ts';
import { download } from './encode-file.ts';

const failure = signal<unknown>(null);

/** The error of the last file of a run that was saved or opened; null if there was none. */
export const runFileFailure: ReadonlySignal<unknown> = failure;

/** Forgets the last error. */
export function clearRunFileFailure(): void {
  failure.value = null;
}

/** Offers the run in progress, or the cancelled one, as a download. The run continues. */
export async function saveRun(): Promise<void> {
  const { value } = drawing;
  if (value.status !== 'drawing' && value.status !== 'cancelled') return;
  const { model, seed, latest, save } = value;
  failure.value = null;
  try {
    await download(`${model}-seed${seed}-step${latest.step}`, { kind: 'json', saved: save() });
    announce(`Saved after step ${latest.step}`);
  } catch (error) {
    failure.value = error;
  }
}

/** Resumes the saved run in a file. If it cannot be used, the page stays as it is, apart from the error. */
export async function openRun(file: File): Promise<void> {
  failure.value = null;
  try {
    const { readRun } = await import('./read-run.ts');
    const run = await readRun(file);
    await resume(run);
  } catch (error) {
    failure.value = error;
  }
}
