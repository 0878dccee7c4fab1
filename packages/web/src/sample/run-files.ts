import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { Latest } from '../async/latest.ts';
import type { RestoredBetween } from '../edit/handoff.ts';
import type { DropFailure } from '../files/page-drop.ts';
import type { KeptDrawing } from '../history/kept-drawing.ts';
import type { Drawing } from './drawing.ts';
import type { OpenedRun } from './drawing-store.ts';
import { drawnFileName } from './drawn-name.ts';
import type { EncodeTask } from './encode-task.ts';

/** A saved run to resume, a drawing that is kept here, or a request without its two pictures. */
export type ReadRun = OpenedRun | KeptDrawing | RestoredBetween;

/** The parts of the page that saved runs use. */
export interface RunFileParts {
  readonly drawing: ReadonlySignal<Drawing>;
  readonly resume: (run: OpenedRun) => Promise<void>;
  readonly showKept: (kept: KeptDrawing) => Promise<void>;
  /** Reads a saved run, or the request in a PNG file. */
  readonly readRun: (file: File) => Promise<ReadRun>;
  /** Shows the request for images between two pictures on the Edit tab. */
  readonly restoreBetween: (request: RestoredBetween) => void;
  /** Encodes a file and offers it as a download. */
  readonly download: (name: string, task: EncodeTask) => Promise<void>;
  readonly announce: (text: string) => void;
  /** The error of the last drop. */
  readonly dropFailure: Signal<DropFailure | null>;
}

/** Saves and opens runs of the Sample tab. */
export interface RunFiles {
  /** The error of the last saving or opening of a run; null if it succeeded. */
  readonly failure: ReadonlySignal<unknown>;
  /**
   * Clears the last errors and abandons a file that is still being read, because a drawing begins.
   *
   * @returns a function that returns whether this drawing is still the latest
   */
  beginDrawing(): () => boolean;
  /** Offers the run in progress, or the cancelled one, as a download. The run continues. */
  saveRun(): Promise<void>;
  /** Resumes the saved run in a file. If the file cannot be used, the page only shows the error. */
  openRun(file: File): Promise<void>;
  /**
   * Resumes the saved run in a file, unless another drawing began while the file was read.
   *
   * @param show opens the tab that shows the run
   * @throws the errors of `readRun` and `showKept`
   */
  resumeFile(file: File, show?: () => Promise<void>): Promise<void>;
}

export function createRunFiles(parts: RunFileParts): RunFiles {
  const { drawing, resume, showKept, readRun, restoreBetween, download, announce, dropFailure } = parts;
  /** The latest task: reading a file, or a drawing that began meanwhile. */
  const begun = new Latest();
  const failure = signal<unknown>(null);

  function beginDrawing(): () => boolean {
    failure.value = null;
    dropFailure.value = null;
    return begun.begin();
  }
  async function resumeFile(file: File, show?: () => Promise<void>): Promise<void> {
    const isLatest = beginDrawing();
    const run = await readRun(file);
    if (!isLatest()) return;
    if ('thumbnail' in run) {
      await showKept(run);
      announce('This drawing is kept here');
      return;
    }
    if ('settings' in run) {
      restoreBetween(run);
      return;
    }
    await show?.();
    await resume(run);
  }

  return {
    failure,
    beginDrawing,
    async saveRun() {
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
    },
    async openRun(file) {
      await resumeFile(file).catch((error: unknown) => {
        failure.value = error;
      });
    },
    resumeFile,
  };
}
