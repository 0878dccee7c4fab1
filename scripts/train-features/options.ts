import { DATASET_NAMES, type DatasetName, isDatasetName } from '@isonoise/data/node';
import { parseFlags, wholeNumber } from '../parse-flags.ts';
import { scriptError } from '../script-error.ts';

export interface FeaturesOptions {
  /** A known data set, or the icons of `pnpm data icons`. */
  readonly dataset: DatasetName | typeof ICONS;
  /** Folder for the model and its card. */
  readonly out: string;
  readonly steps: number;
  readonly batchSize: number;
  readonly seed: number;
  /** Threads of ONNX Runtime; null for one per core. */
  readonly threads: number | null;
  readonly help: boolean;
}

/** Name of the set of icons. Its classifier is the default for pictures. */
export const ICONS = 'icons';

/**
 * Reads the command line.
 *
 * @throws `FEATURES_USAGE` if the data set is missing, a flag or set is unknown, or a number is invalid
 */
export function parseOptions(args: readonly string[]): FeaturesOptions {
  const fail = (problem: string, cause?: unknown): never => {
    throw scriptError('FEATURES_USAGE', `train-features: ${problem}`, { cause });
  };
  const { values, positionals } = parseFlags(args, FLAGS, (reason, cause) =>
    scriptError('FEATURES_USAGE', `train-features: ${reason}`, { cause }),
  );
  const [name = 'mnist', ...more] = positionals;
  const help = values.help ?? false;
  if ((!help && positionals.length === 0) || more.length > 0 || !isSetName(name)) {
    return fail(
      `got ${positionals.join(', ') || 'no data set'}; expected one of ${[...DATASET_NAMES, ICONS].join(', ')}.`,
    );
  }
  const whole = (flag: 'steps' | 'batch-size' | 'seed' | 'threads', least: number, most: number) => {
    const text = values[flag];
    if (text === undefined) return undefined;
    const value = wholeNumber(text, least, most);
    return (
      value ?? fail(`--${flag} is ${JSON.stringify(text)}; expected a whole number from ${least} to ${most}.`)
    );
  };
  return {
    dataset: name,
    out: values.out ?? `models/${name === ICONS ? 'picture' : name}-features`,
    steps: whole('steps', 1, 1_000_000) ?? 3000,
    batchSize: whole('batch-size', 1, 4096) ?? (name === ICONS ? 64 : 100),
    seed: whole('seed', 0, Number.MAX_SAFE_INTEGER) ?? 0,
    threads: whole('threads', 1, 256) ?? null,
    help,
  };
}

function isSetName(name: string): name is FeaturesOptions['dataset'] {
  return name === ICONS || isDatasetName(name);
}

const FLAGS = {
  out: { type: 'string' },
  steps: { type: 'string' },
  'batch-size': { type: 'string' },
  seed: { type: 'string' },
  threads: { type: 'string' },
  help: { type: 'boolean' },
} as const;
