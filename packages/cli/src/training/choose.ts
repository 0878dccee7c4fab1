import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isDatasetName } from '@isonoise/data/node';
import { CliError } from '../errors.ts';
import { chosenAlpha } from './alpha-choice.ts';
import type { Fields } from './config-file.ts';
import { type KnownEngine, requireEngine } from './engines.ts';
import { pictureChoice } from './picture-choice.ts';
import type { DataChoice, EngineChoice, RunRecord } from './run-record.ts';
import type { TrainFlags } from './train-flags.ts';

/**
 * Returns the name of the data set from the flags or the config file. The default is MNIST.
 *
 * @param file the content of `--config`
 * @throws `CLI_USAGE` if the config file contains a value that is not a name
 */
export function chosenDataset(flags: TrainFlags, file: Fields = {}): string {
  const { dataset: inFile = 'mnist' } = file;
  const dataset = flags.dataset ?? inFile;
  if (typeof dataset === 'string' && dataset !== '') return dataset;
  throw new CliError(
    'CLI_USAGE',
    `${flags.dataset === undefined ? '--config: dataset' : '--dataset'} is ${JSON.stringify(dataset)}; expected the ` +
      'name of a data set or a folder of images.',
  );
}

/** Returns the choice of images from flags and config file. @throws `CLI_USAGE` if options are invalid */
export function chosenData(flags: TrainFlags, file: Fields = {}): DataChoice {
  const dataset = chosenDataset(flags, file);
  return {
    dataset,
    dataDir: flags.dataDir ?? null,
    size: flags.size ?? null,
    ...pictureChoice(flags, flags.size ?? null),
    grayscale: flags.grayscale ?? false,
    alpha: isDatasetName(dataset) && flags.alpha === undefined ? 'off' : chosenAlpha(flags),
    background: flags.background ?? null,
    pad: flags.pad ?? null,
    limit: flags.limit ?? null,
    skipBad: flags.skipBad ?? false,
    holdout: flags.holdout ?? null,
    tagsFromNames: flags.tagsFromNames ?? false,
    ignoreTags: flags.ignoreTags ?? false,
    minTagCount: flags.minTagCount ?? null,
  };
}

/**
 * Returns the recorded choice of images for a resumed run. Flags may give a different path, because the
 * images are compared by their hash after they are loaded.
 *
 * @param file the content of `--config`
 * @throws `CLI_USAGE` if a flag requests different images
 */
export function sameData(flags: TrainFlags, { data }: RunRecord, file: Fields = {}): DataChoice {
  const differing = (Object.keys(data) as (keyof DataChoice)[]).filter(
    (key) => !MAY_MOVE.has(key) && flags[key] !== undefined && flags[key] !== data[key],
  );
  if (differing.length === 0) {
    const dataset = flags.dataset ?? (file.dataset === undefined ? data.dataset : chosenDataset(flags, file));
    // The recorded folder does not apply to a different data set.
    const dataDir = flags.dataDir ?? (dataset === data.dataset ? data.dataDir : null);
    return { ...data, dataset, dataDir };
  }
  const lines = differing.map(
    (key) => `  ${key}: ${String(data[key])} in the run, ${String(flags[key])} requested`,
  );
  throw new CliError(
    'CLI_USAGE',
    `resume: the run was started with different images:\n${lines.join('\n')}\nLeave the flags out, or start a run under a different --name.`,
  );
}

/** Choices that may change, because they affect only the path of the images. */
const MAY_MOVE: ReadonlySet<keyof DataChoice> = new Set(['dataset', 'dataDir']);

/** Returns the absolute path of the chosen folder; null for a known data set without a chosen folder. */
export function placeOf({ dataset, dataDir }: DataChoice): string | null {
  const folder = isDatasetName(dataset) ? dataDir : dataset;
  return folder === null ? null : resolve(folder);
}

/**
 * Returns the choice with the recorded absolute path if this path still exists, so that a run can be resumed
 * from a different working folder. Otherwise returns the choice as typed, so that a run can be resumed after
 * it was moved together with its images.
 */
export async function withRecordedPlace(choice: DataChoice, { data, place }: RunRecord): Promise<DataChoice> {
  const asBefore = choice.dataset === data.dataset && choice.dataDir === data.dataDir;
  if (place === null || !asBefore || !(await exists(place))) return choice;
  return isDatasetName(choice.dataset) ? { ...choice, dataDir: place } : { ...choice, dataset: place };
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/**
 * Returns the engine of the flags. The default is the engine of the resumed run, or onnxruntime.
 *
 * @throws `CLI_USAGE` if the engine is unknown, or if a flag does not apply to it
 */
export function chosenEngine(flags: TrainFlags, before?: EngineChoice): KnownEngine {
  const engine = flags.engine ?? before?.engine ?? 'onnxruntime';
  requireEngine(engine);
  const same = engine === before?.engine;
  const onnxruntime = engine === 'onnxruntime';
  if (!onnxruntime && (flags.provider !== undefined || flags.threads !== undefined)) {
    throw new CliError(
      'CLI_USAGE',
      `--provider and --threads: the engine is ${engine}; expected onnxruntime. Leave them out, or choose a different --engine.`,
    );
  }
  return {
    engine,
    provider: onnxruntime ? (flags.provider ?? (same ? before.provider : null) ?? 'cpu') : null,
    threads: onnxruntime ? (flags.threads ?? (same ? before.threads : null)) : null,
  };
}
