import {
  type Checkpoint,
  checkpointSteps,
  describeAverage,
  readCheckpoint,
  reconstructAverages,
  snapshotSteps,
} from '@isonoise/train';
import { type EmaChoice, readEmaChoice } from '../averaging/ema-choice.ts';
import { CliError } from '../errors.ts';
import type { RunFiles } from '../run-directory.ts';
import type { ExportFlags, GuideSource } from './export-flags.ts';

/** Weights of a run to export. */
export interface RunWeights {
  readonly theta: Float32Array;
  /** Description, such as `as trained` or `exponential average, decay 0.999`. */
  readonly text: string;
  /** Name of the vector in the checkpoint. */
  readonly vector: 'theta' | 'ema';
  /** Length (σ_rel) of a power-function average; null for other weights. */
  readonly length: number | null;
  readonly warnings: readonly string[];
}

/**
 * Returns the weights that the flags select: the weights of the last step (`--raw`), or the average of a
 * given length (`--ema`). By default, returns the average that `pnpm ema` recorded. If none is recorded for this step,
 * returns the average that draws the sample sheets of the training.
 *
 * @throws `RUN_SNAPSHOT_NOT_FOUND` if the run has no power-function averages for the requested length; `RUN_FILE` if
 *   `ema.json` is damaged
 */
export async function runWeights(
  run: RunFiles,
  checkpoint: Checkpoint,
  { raw, ema: requested }: Pick<ExportFlags, 'raw' | 'ema'>,
): Promise<RunWeights> {
  const { config, state } = checkpoint;
  if (raw === true) {
    return { theta: state.theta, text: 'as trained', vector: 'theta', length: null, warnings: [] };
  }
  if (config.ema.kind === 'exponential' && requested === undefined) return trackedAverage(checkpoint);
  const choice = requested === undefined ? await readEmaChoice(run.path) : null;
  const warnings = choice === null ? [] : staleWarnings(choice, checkpoint);
  const length = requested ?? (warnings.length > 0 ? undefined : choice?.length);
  if (length === undefined) return { ...trackedAverage(checkpoint), warnings };
  return averageOf(run, checkpoint, length, checkpoint.step);
}

/**
 * Returns the weights of a guide: an average at an earlier step, or an average of a different length.
 *
 * @param length length of the average if `--guide-from` gives none; null for a run with an exponential
 *   average
 * @throws `CLI_USAGE` with a list of the possible steps, if the run has no average of this step
 */
export async function guideWeights(
  run: RunFiles,
  checkpoint: Checkpoint,
  { step, length: requested }: GuideSource,
  length: number | null,
): Promise<RunWeights> {
  if (checkpoint.config.ema.kind === 'power') {
    const steps = await snapshotSteps(run.store);
    requireStep(step, [...new Set([...steps.filter((each) => each < checkpoint.step), checkpoint.step])]);
    return averageOf(run, checkpoint, requested ?? length ?? checkpoint.config.ema.lengths[0], step);
  }
  if (requested !== undefined) {
    throw new CliError(
      'CLI_USAGE',
      `--guide-from ${step}:${requested}: the run has an exponential average, whose length is fixed; expected only a step. ` +
        'Leave out the length, or train with --ema power.',
    );
  }
  const steps = (await checkpointSteps(run.store)).toReversed();
  requireStep(
    step,
    steps.filter((each) => each <= checkpoint.step),
  );
  return trackedAverage(await readCheckpoint(run.store, step));
}

function trackedAverage({ config: { ema }, state }: Checkpoint): RunWeights {
  const length = ema.kind === 'power' ? ema.lengths[0] : null;
  return { theta: state.ema, text: describeAverage(ema), vector: 'ema', length, warnings: [] };
}

async function averageOf(
  run: RunFiles,
  checkpoint: Checkpoint,
  length: number,
  step: number,
): Promise<RunWeights> {
  const { averages, damaged } = await reconstructAverages(run.store, checkpoint, [length], step);
  const [average] = averages;
  if (average === undefined) throw new Error('export-onnx: no average was computed; expected one.');
  return {
    theta: average.weights,
    text: describeAverage(checkpoint.config.ema, length),
    vector: 'ema',
    length,
    warnings: damaged.map(({ name, error }) => `${name} could not be used: ${error.message}`),
  };
}

function staleWarnings({ step, length }: EmaChoice, checkpoint: Checkpoint): readonly string[] {
  if (step === checkpoint.step) return [];
  return [
    `ema.json: length ${length} was the best at step ${step}, but this checkpoint has step ${checkpoint.step}; the average ` +
      'that drew the sample sheets is exported instead. Run pnpm ema again, or choose a length with --ema',
  ];
}

function requireStep(step: number, steps: readonly number[]): void {
  if (steps.includes(step)) return;
  throw new CliError(
    'CLI_USAGE',
    `--guide-from ${step}: the run has no averages of that step; expected one of ${steps.join(', ')}.`,
  );
}
