import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type DistanceRatio, toFeatures } from '@isonoise/evaluate';
import { atomicWrite } from '../atomic-write.ts';
import { CliError } from '../errors.ts';
import { count, duration, table } from '../terminal/format.ts';
import { createProgressBar } from '../terminal/progress.ts';
import { cellName } from './cells.ts';
import { type DrawCellsOptions, type DrawingModel, drawCells } from './draw-cells.ts';
import type { EvaluateFlags } from './evaluate-flags.ts';
import type { ImageFeatures } from './feature-network.ts';
import type { Reference } from './measure.ts';
import { type RatioMeasure, ratioMeasure, setRatio } from './set-ratio.ts';

export interface AgainstOptions extends DrawCellsOptions {
  readonly reference: Pick<Reference, 'moments' | 'kernelSample' | 'kernelScale'>;
  readonly flags: Pick<EvaluateFlags, 'count' | 'batchSize' | 'against'>;
}

/** The comparison of two models, as JSON. */
export interface Comparison {
  /** Path of the second model. */
  readonly against: string | undefined;
  /** Name of the second model. */
  readonly name: string;
  /** SHA-256 of the network of the second model. */
  readonly model: string | undefined;
  /** Number of images of each combination. */
  readonly images: number;
  /** The measure that is compared; it depends on the number of features. */
  readonly measure: RatioMeasure;
  /** The measure of the first model divided by that of the second, for each combination. */
  readonly ratios: readonly (DistanceRatio & { readonly name: string })[];
}

/** File of the ratios, in the folder of the evaluation. */
const RATIOS_FILE = 'against.json';

/** Number of bootstrap resamples for each combination. */
const RESAMPLES = 1000;

/**
 * Draws images of both models from the same seeds, and computes the ratio of the FIDs, or of the KIDs if the
 * network has many features. A paired bootstrap gives the upper end of the one-sided 95 % interval of the
 * ratio. Finished images are kept, as in `evaluate`.
 *
 * @throws `CLI_INTERRUPTED` if a signal stops the comparison
 */
export async function compareAgainst(
  measured: DrawingModel,
  other: DrawingModel,
  options: AgainstOptions,
): Promise<Comparison> {
  const { reference, out, flags, interrupt, terminal } = options;
  const measure = ratioMeasure(reference.kernelSample.width);
  const featuresOf = (model: DrawingModel): Promise<readonly ImageFeatures[]> =>
    drawCells(model, options, (_cell, images) => images);
  const ours = await featuresOf(measured);
  const theirs = await featuresOf(other);
  const total = RESAMPLES * measured.cells.length;
  const bar = createProgressBar(terminal, { label: 'bootstrap', total });
  /** Time and number of the first resample. The sums before it take longer than many resamples. */
  let first: { readonly at: number; readonly done: number } | undefined;
  const ratios: (DistanceRatio & { readonly name: string })[] = [];
  try {
    for (const [i, cell] of measured.cells.entries()) {
      const [a, b] = [ours[i], theirs[i]].map((set) =>
        toFeatures(set?.features ?? new Float32Array(0), set?.width ?? 0),
      );
      if (a === undefined || b === undefined) continue;
      const onProgress = async (resample: number): Promise<void> => {
        // Pause, so that the event loop can receive the signal of Ctrl-C.
        await setImmediate();
        if (interrupt.signal.aborted)
          throw new CliError(
            'CLI_INTERRUPTED',
            `evaluate: stopped at resample ${resample} of the comparison.`,
          );
        const done = RESAMPLES * i + resample;
        first ??= { at: performance.now(), done };
        const speed = (done - first.done) / (performance.now() - first.at);
        const left = done === first.done ? '' : ` · ${duration((total - done) / speed / 1000)} left`;
        bar.update(done, `${cellName(cell)}${left}`);
      };
      const ratio = await setRatio(reference, a, b, { resamples: RESAMPLES, onProgress });
      ratios.push({ name: cellName(cell), ...ratio });
    }
  } finally {
    bar.stop();
  }
  const { spec, sha256 } = other.model;
  const { against, count: images } = flags;
  const comparison: Comparison = { against, name: spec.name, model: sha256, images, measure, ratios };
  await atomicWrite(
    join(out, RATIOS_FILE),
    new TextEncoder().encode(`${JSON.stringify(comparison, null, 2)}\n`),
  );
  return comparison;
}

/** Describes a comparison for the terminal. */
export function comparisonText({ against, measure, ratios }: Comparison): string {
  const rows = ratios.map((each) => [each.name, ratioText(each)] as const);
  return `\n${measure} divided by that of ${against}, from the same seeds:\n${table(rows)}`;
}

/**
 * Returns the text of the section in a model card. It contains the name of the second model instead of its
 * path, because the path is valid only on this machine.
 *
 * @param subject sentence that describes the images and the comparison
 * @param command the command line without `--against`
 */
export function ratioSection(
  { name, model, measure, ratios }: Comparison,
  subject: string,
  command: string,
): string {
  const lines = ratios.map((each) => `- ${each.name}: ${ratioText(each)}`);
  const network = model === undefined ? '' : ` (SHA-256 of its network: ${model.slice(0, 12)}…)`;
  return [
    `${measure} divided by that of the model ${name}${network}, from the same seeds:`,
    lines.join('\n'),
    subject,
    `Measured with \`${command} --against <model>\`.`,
  ].join('\n\n');
}

const ratioText = ({ ratio, upper, resamples }: DistanceRatio): string =>
  `${ratio.toFixed(4)}, ${upper === null ? 'with too few images for an upper bound' : `at most ${upper.toFixed(4)}`} ` +
  `(95 %, paired bootstrap of ${count(resamples)})`;
