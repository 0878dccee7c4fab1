import { type Cell, cellName } from './cell.ts';

/** Milliseconds before the time left is estimated, because the first steps are slower. */
const WARM_AFTER = 20_000;
/** Milliseconds between lines if the output is not a terminal. */
const LINE_EVERY = 30_000;

export interface Progress {
  /** Begins a cell. @param work the work in the cell, in minutes of the budget */
  begin(cell: Cell, work: number): void;
  /**
   * Reports the progress of the current cell.
   *
   * @param phase phase of the current cell, such as `training`
   * @param share the share of the training that is done
   */
  update(phase: string, share: number): void;
  end(): void;
}

/**
 * Reports the cells of a comparison on standard error, with the time that is left. The time is estimated from the
 * pace so far, because other work may slow the machine down.
 *
 * @param cells number of cells that are not finished
 * @param total work of these cells, in minutes of the budget
 */
export function createProgress(cells: number, total: number, clock: () => number): Progress {
  const began = clock();
  let [index, done, now, shown] = [0, 0, 0, 0];
  let [name, last] = ['', ''];
  return {
    begin(cell, work) {
      index++;
      [now, shown] = [work, 0];
      [name, last] = [cellName(cell), ''];
    },
    update(phase, share) {
      const time = clock();
      const isTerminal = process.stderr.isTTY === true;
      if (phase === last && time - shown < (isTerminal ? 500 : LINE_EVERY)) return;
      [shown, last] = [time, phase];
      const finished = done + share * now;
      const elapsed = time - began;
      const isKnown = finished > 0 && elapsed >= WARM_AFTER;
      const left = isKnown ? (elapsed / finished) * (total - finished) : Number.NaN;
      const text = `[${index}/${cells}] ${name} · ${phase} ${(100 * share).toFixed(0)} % · all: ${minutesText(left)} left`;
      process.stderr.write(isTerminal ? `\r\x1b[K${text}` : `${text}\n`);
    },
    end() {
      done += now;
      if (process.stderr.isTTY === true) process.stderr.write('\r\x1b[K');
    },
  };
}

/** Formats a time, such as `about 1 h 05 min`. */
function minutesText(ms: number): string {
  if (!Number.isFinite(ms)) return '?';
  const minutes = Math.ceil(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  return hours === 0
    ? `about ${minutes} min`
    : `about ${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
}
