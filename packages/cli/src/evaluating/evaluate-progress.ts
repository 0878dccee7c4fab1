import { duration } from '../terminal/format.ts';
import { createProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Progress of drawing the images of all cells. */
export interface EvaluateProgress {
  /**
   * Shows the progress of a cell. Earlier cells count as finished.
   *
   * @param index index of the cell
   * @param images number of finished images of the cell
   * @param isDrawn false if an earlier command drew the images; such images do not affect the rate
   */
  update(index: number, images: number, isDrawn: boolean): void;
  /** Writes a line above the progress. */
  note(line: string): void;
  stop(): void;
}

/** A part of the work: one combination of settings, or one model. */
export interface ProgressPart {
  /** Text beside the bar, such as `ddim 50, guidance 2`. */
  readonly label: string;
  /** Number of network calls for each drawn image. */
  readonly calls: number;
}

/**
 * Shows images, rate and time left. The time is estimated from network calls, because the number of calls per
 * image differs between cells.
 */
export function createProgress(
  cells: readonly ProgressPart[],
  count: number,
  terminal: Terminal,
  clock: () => number = () => performance.now(),
): EvaluateProgress {
  const bar = createProgressBar(terminal, { label: 'images', total: cells.length * count });
  const callsUpTo = (index: number, images: number): number =>
    cells.slice(0, index).reduce((sum, { calls }) => sum + count * calls, 0) +
    images * (cells[index]?.calls ?? 0);
  const total = callsUpTo(cells.length, 0);
  const began = clock();
  let drawnCalls = 0;
  let drawnImages = 0;
  let [lastCalls, lastImages] = [0, 0];
  return {
    update(index, images, isDrawn) {
      const [calls, done] = [callsUpTo(index, images), index * count + images];
      if (isDrawn) {
        drawnCalls += calls - lastCalls;
        drawnImages += done - lastImages;
      }
      [lastCalls, lastImages] = [calls, done];
      const seconds = (clock() - began) / 1000;
      const cell = cells[index];
      const left =
        drawnCalls === 0
          ? ''
          : ` · ${(drawnImages / seconds).toFixed(1)} images/s · ${duration(((total - calls) * seconds) / drawnCalls)} left`;
      bar.update(Math.floor(done), `${cell?.label ?? ''}${left}`);
    },
    note: (line) => bar.note(line),
    stop: () => bar.stop(),
  };
}
