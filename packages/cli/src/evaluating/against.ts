import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type FrechetRatio, frechetRatio, type Moments, toFeatures } from '@isonoise/evaluate';
import type { Model } from '@isonoise/runtime';
import { atomicWrite } from '../atomic-write.ts';
import { CliError } from '../errors.ts';
import { table } from '../terminal/format.ts';
import type { Interrupt } from '../terminal/interrupt.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type Cell, cellName } from './cells.ts';
import { drawCell } from './draw-cell.ts';
import type { EvaluateFlags } from './evaluate-flags.ts';
import { createProgress } from './evaluate-progress.ts';
import type { FeatureNetwork, ImageFeatures } from './feature-network.ts';

/** A model with the combinations that it draws. */
export interface DrawingModel {
  readonly model: Model;
  readonly cells: readonly Cell[];
}

export interface AgainstOptions {
  readonly network: FeatureNetwork;
  /** Moments of the training images. */
  readonly moments: Moments;
  readonly out: string;
  readonly flags: Pick<EvaluateFlags, 'count' | 'batchSize' | 'against'>;
  readonly interrupt: Interrupt;
  readonly terminal: Terminal;
}

/** File of the ratios, in the folder of the evaluation. */
const RATIOS_FILE = 'against.json';

/**
 * Draws the images of a second model from the same seeds, and compares the FIDs of both models: the ratio, and the upper
 * end of its one-sided 95 % interval by a paired bootstrap. Finished images are kept, as in `evaluate`.
 *
 * @throws `CLI_INTERRUPTED` if the user interrupts it
 */
export async function compareAgainst(
  measured: DrawingModel,
  other: DrawingModel,
  options: AgainstOptions,
): Promise<void> {
  const { moments, out, flags, interrupt, terminal } = options;
  const ours = await drawCells(measured, options);
  const theirs = await drawCells(other, options);
  terminal.note('comparing the FIDs by a paired bootstrap; for 10,000 images, it takes minutes');
  const ratios: (FrechetRatio & { readonly name: string })[] = [];
  for (const [i, cell] of measured.cells.entries()) {
    const [a, b] = [ours[i], theirs[i]].map((set) =>
      toFeatures(set?.features ?? new Float32Array(0), set?.width ?? 0),
    );
    if (a === undefined || b === undefined) continue;
    const onProgress = async (done: number): Promise<void> => {
      // Lets the signal of Ctrl-C arrive.
      await setImmediate();
      if (interrupt.signal.aborted) throw stopped(`resample ${done}`);
    };
    ratios.push({ name: cellName(cell), ...(await frechetRatio(moments, a, b, { onProgress })) });
  }
  const document = { against: flags.against, model: other.model.sha256, images: flags.count, ratios };
  await atomicWrite(
    join(out, RATIOS_FILE),
    new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`),
  );
  const rows = ratios.map(
    ({ name, ratio, upper, resamples }) =>
      [
        name,
        `${ratio.toFixed(4)}, at most ${upper.toFixed(4)} (95 %, paired bootstrap of ${resamples.toLocaleString('en-US')})`,
      ] as const,
  );
  terminal.note(`\nFID divided by that of ${flags.against}, from the same seeds:\n${table(rows)}`);
}

async function drawCells(
  { model, cells }: DrawingModel,
  { network, out, flags: { count, batchSize }, interrupt, terminal }: AgainstOptions,
): Promise<readonly ImageFeatures[]> {
  const progress = createProgress(
    cells.map((cell) => ({ label: cellName(cell), calls: cell.calls })),
    count,
    terminal,
  );
  try {
    const sets: ImageFeatures[] = [];
    for (const [i, cell] of cells.entries()) {
      const images = await drawCell(cell, {
        model,
        network,
        out,
        count,
        batchSize,
        signal: interrupt.signal,
        onProgress: (done, isDrawn) => progress.update(i, done, isDrawn),
      });
      if (images === null) throw stopped(cellName(cell));
      sets.push(images);
    }
    return sets;
  } finally {
    progress.stop();
  }
}

const stopped = (where: string): CliError =>
  new CliError('CLI_INTERRUPTED', `evaluate: stopped at ${where} of the comparison.`);
