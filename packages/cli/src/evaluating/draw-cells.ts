import type { Model } from '@isonoise/runtime';
import { CliError } from '../errors.ts';
import type { JobSession } from '../jobs/job-session.ts';
import type { Interrupt } from '../terminal/interrupt.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type Cell, cellName } from './cells.ts';
import { drawCell } from './draw-cell.ts';
import type { EvaluateFlags } from './evaluate-flags.ts';
import { createProgress } from './evaluate-progress.ts';
import type { DrawnImages, FeatureNetwork } from './feature-network.ts';

/** A model with the combinations of settings with which it draws. */
export interface DrawingModel {
  readonly model: Model;
  readonly cells: readonly Cell[];
  /** Access to the workers that draw the images; undefined if this process draws them. */
  readonly jobs?: JobSession | undefined;
}

export interface DrawCellsOptions {
  readonly network: FeatureNetwork;
  /** Folder that contains the folders of all cells. */
  readonly out: string;
  readonly flags: Pick<EvaluateFlags, 'count' | 'batchSize'>;
  readonly interrupt: Interrupt;
  readonly terminal: Terminal;
}

/**
 * Draws the images of all cells, and shows progress. Images that an earlier command drew are read.
 *
 * @param use called with the images of each cell; `note` writes a line above the progress
 * @returns the results of `use`
 * @throws `CLI_INTERRUPTED` if a signal stops the drawing; errors of `use`
 */
export async function drawCells<T>(
  { model, cells, jobs }: DrawingModel,
  { network, out, flags: { count, batchSize }, interrupt, terminal }: DrawCellsOptions,
  use: (cell: Cell, images: DrawnImages, note: (line: string) => void) => T | Promise<T>,
): Promise<readonly T[]> {
  const progress = createProgress(
    cells.map((cell) => ({ label: cellName(cell), calls: cell.calls })),
    count,
    terminal,
  );
  const results: T[] = [];
  try {
    for (const [i, cell] of cells.entries()) {
      const images = await drawCell(cell, {
        model,
        network,
        jobs,
        out,
        count,
        batchSize,
        signal: interrupt.signal,
        onProgress: (done, isDrawn) => progress.update(i, done, isDrawn),
        onNote: (note) => progress.note(`${cellName(cell)}: ${note}`),
      });
      if (images === null) throw new CliError('CLI_INTERRUPTED', `evaluate: stopped at ${cellName(cell)}.`);
      results.push(await use(cell, images, progress.note));
    }
  } finally {
    progress.stop();
  }
  return results;
}
