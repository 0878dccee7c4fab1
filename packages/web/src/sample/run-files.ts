import { type ReadonlySignal, signal } from '@preact/signals';
import { dropFailure } from '../files/drop-failure.ts';
import { showKept } from '../history/drawings.ts';
import { announce } from '../ui/live-region.tsx';
import { drawing, resume } from './drawing-store.ts';
import { drawnFileName } from './drawn-name.ts';
import { download } from './encode-file.ts';
import { Latest } from './latest.ts';

/** The latest task: reading a file, or a drawing that began meanwhile. */
const begun = new Latest();

const failure = signal<unknown>(null);

/** The error of the last saving or opening of a run; null if it succeeded. */
export const runFileFailure: ReadonlySignal<unknown> = failure;

/**
 * Clears the last errors and abandons a file that is still being read, because a drawing begins.
 *
 * @returns a function that returns whether this drawing is still the latest
 */
export function beginDrawing(): () => boolean {
  failure.value = null;
  dropFailure.value = null;
  return begun.begin();
}

/** Offers the run in progress, or the cancelled one, as a download. The run continues. */
export async function saveRun(): Promise<void> {
  const { value } = drawing;
  if (value.status !== 'drawing' && value.status !== 'cancelled') return;
  const { latest, save } = value;
  if (save === null) return;
  failure.value = null;
  try {
    await download(`${drawnFileName(value)}-step${latest.step}`, { kind: 'json', saved: save() });
    announce(`Saved after step ${latest.step}`);
  } catch (error) {
    failure.value = error;
  }
}

/** Resumes the saved run in a file. If the file cannot be used, the page only shows the error. */
export async function openRun(file: File): Promise<void> {
  await resumeFile(file).catch((error: unknown) => {
    failure.value = error;
  });
}

/**
 * Resumes the saved run in a file, unless another drawing began while the file was read.
 *
 * @param show opens the tab that shows the run
 * @throws the errors of `readRun`
 */
export async function resumeFile(file: File, show?: () => Promise<void>): Promise<void> {
  const isLatest = beginDrawing();
  const { readRun } = await import('./read-run.ts');
  const run = await readRun(file);
  if (!isLatest()) return;
  if ('thumbnail' in run) {
    announce('This drawing is kept here');
    await showKept(run);
    return;
  }
  await show?.();
  await resume(run);
}
