import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelSpec } from '@isonoise/bundle';
import { namedWeights, traceNetwork } from '@isonoise/export';
import type { Network } from '@isonoise/network';
import type { Model } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import type { ReconstructedAverage } from '@isonoise/train';
import { CliError } from '../errors.ts';
import { type Cell, cellsOf } from '../evaluating/cells.ts';
import { drawCell } from '../evaluating/draw-cell.ts';
import type { DrawnTags } from '../evaluating/drawn-tags.ts';
import { createProgress } from '../evaluating/evaluate-progress.ts';
import type { FeatureNetwork } from '../evaluating/feature-network.ts';
import { keptMeasures } from '../evaluating/kept-measures.ts';
import { type Measures, measure, type Reference } from '../evaluating/measure.ts';
import { fidText } from '../evaluating/report.ts';
import { runtimeOptions } from '../machine-flags.ts';
import type { Interrupt } from '../terminal/interrupt.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { EmaFlags } from './ema-flags.ts';

/** Data that all averages of a run share. */
export interface AveragesWork {
  readonly network: Network;
  readonly spec: ModelSpec;
  readonly features: FeatureNetwork;
  readonly out: string;
  readonly flags: EmaFlags;
  readonly interrupt: Interrupt;
  readonly terminal: Terminal;
  readonly reference: Reference;
  readonly classes: readonly number[] | null;
  /** Tags of the drawn images; undefined for models without tags. */
  readonly tags: DrawnTags | undefined;
  /** Identity of the real images for the comparison; a part of the names of measure files. */
  readonly comparison: string;
}

/**
 * Draws and measures images with each average. Measures that an earlier command wrote are read instead.
 *
 * @throws `CLI_INTERRUPTED` if a signal stops the drawing
 */
export async function measureAverages(
  averages: readonly ReconstructedAverage[],
  work: AveragesWork,
): Promise<readonly Measures[]> {
  const { spec, features, out, flags, interrupt, terminal, reference, classes, tags, comparison } = work;
  const { count, batchSize } = flags;
  const { calls } = averageCell(flags, spec, '', tags);
  const progress = createProgress(
    averages.map(({ length }) => ({ label: `length ${length}`, calls })),
    count,
    terminal,
  );
  const results: Measures[] = [];
  try {
    for (const [i, { length, weights }] of averages.entries()) {
      const hash = createHash('sha256').update(weights).digest('hex');
      const cell = averageCell(flags, spec, `${hash}:${features.identity}`, tags);
      const path = join(out, cell.folder, `measures-${count}-${comparison}.json`);
      const measures = await keptMeasures(path, async () => {
        const model = await openWeights(weights, work);
        try {
          const drawn = await drawCell(cell, {
            model,
            network: features,
            out,
            count,
            batchSize,
            signal: interrupt.signal,
            onProgress: (images, isDrawn) => progress.update(i, images, isDrawn),
          });
          if (drawn === null) throw new CliError('CLI_INTERRUPTED', `ema: stopped at length ${length}.`);
          return measure(drawn, reference, classes);
        } finally {
          await model.dispose();
        }
      });
      progress.update(i, count, false);
      progress.note(`length ${length}: FID ${fidText(measures)}`);
      results.push(measures);
    }
  } finally {
    progress.stop();
  }
  return results;
}

/** Opens the network with these weights, through an ONNX file in a temporary folder. */
async function openWeights(weights: Float32Array, { network, spec, flags }: AveragesWork): Promise<Model> {
  const folder = await mkdtemp(join(tmpdir(), 'isonoise-average-'));
  try {
    const path = join(folder, 'average.onnx');
    await writeFile(path, await traceNetwork(network, namedWeights(network, weights), spec));
    return await loadModel(path, runtimeOptions(flags));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Returns the sampling settings that all averages share.
 *
 * @param identity identity of the weights and of the features; it determines the folder for the features of the images
 */
export function averageCell(
  { sampler, steps, guidance, seed }: EmaFlags,
  spec: ModelSpec,
  identity: string,
  tags: DrawnTags | undefined,
): Cell {
  const [cell] = cellsOf(
    {
      seed,
      guidance: [guidance],
      ...(sampler === undefined ? {} : { samplers: [sampler] }),
      ...(steps === undefined ? {} : { steps: [steps] }),
    },
    spec,
    identity,
    { tags },
  );
  if (cell === undefined) throw new Error('ema: the settings give no combination; expected one.');
  return cell;
}
