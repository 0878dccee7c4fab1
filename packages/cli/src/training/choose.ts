import { CliError } from '../cli-error.ts';
import type { Fields } from './config-file.ts';
import type { DataChoice, EngineChoice, RunRecord } from './run-record.ts';
import type { TrainFlags } from './train-flags.ts';

/**
 * The data set that flags name, else the config file, else MNIST.
 *
 * @param file the content of `--config`
 * @throws CliError `USAGE` where the file has something else than a name
 */
export function chosenDataset(flags: TrainFlags, file: Fields = {}): string {
  const dataset = flags.dataset ?? file.dataset ?? 'mnist';
  if (typeof dataset === 'string') return dataset;
  throw new CliError(
    'USAGE',
    `--config: dataset is ${JSON.stringify(dataset)}; wanted the name of a set or a folder of images.`,
  );
}

/** The images that flags and config file choose. @throws CliError `USAGE` */
export function chosenData(flags: TrainFlags, file: Fields = {}): DataChoice {
  return {
    dataset: chosenDataset(flags, file),
    dataDir: flags.dataDir ?? null,
    size: flags.size ?? null,
    grayscale: flags.grayscale ?? false,
    pad: flags.pad ?? null,
    limit: flags.limit ?? null,
    skipBad: flags.skipBad ?? false,
  };
}

/**
 * The images of a run that goes on: its own.
 *
 * @throws CliError `USAGE` where a flag says something else
 */
export function sameData(flags: TrainFlags, { data }: RunRecord): DataChoice {
  const differing = (Object.keys(data) as (keyof DataChoice)[]).filter(
    // Where images lie may change; which they are may not.
    (key) => key !== 'dataDir' && flags[key] !== undefined && flags[key] !== data[key],
  );
  if (differing.length === 0) return { ...data, dataDir: flags.dataDir ?? data.dataDir };
  const lines = differing.map(
    (key) => `  ${key}: ${String(data[key])} in the run, ${String(flags[key])} asked`,
  );
  throw new CliError(
    'USAGE',
    `resume: the run was begun with other images:\n${lines.join('\n')}\nLeave the flags out, or begin a run under another --name.`,
  );
}

/** The engine that flags choose, where they say nothing the one before (of a run that goes on), else the default. */
export function chosenEngine(flags: TrainFlags, before?: EngineChoice): EngineChoice {
  const engine = flags.engine ?? before?.engine ?? 'onnxruntime';
  const same = engine === before?.engine;
  const onnxruntime = engine === 'onnxruntime';
  if (!onnxruntime && (flags.provider !== undefined || flags.threads !== undefined)) {
    throw new CliError(
      'USAGE',
      `--provider and --threads belong to the engine onnxruntime; the engine is ${engine}.`,
    );
  }
  return {
    engine,
    provider: onnxruntime ? (flags.provider ?? (same ? before.provider : null) ?? 'cpu') : null,
    threads: onnxruntime ? (flags.threads ?? (same ? before.threads : null)) : null,
  };
}
