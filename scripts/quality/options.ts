import { parseFlags } from '../parse-flags.ts';

export interface QualityOptions {
  /** Folder of the bundle. */
  readonly model: string;
  /** Name of the data set that judges. */
  readonly dataset: string;
  /** Images that are drawn. */
  readonly count: number;
  readonly steps: number;
  readonly guidance: number;
  /** Digits of a seed; the sampler says whether it is one. */
  readonly seed: string;
  /** Put the result into the model card. */
  readonly write: boolean;
  readonly help: boolean;
}

export class QualityUsageError extends Error {
  override readonly name = 'QualityUsageError';
  readonly code = 'QUALITY_USAGE';
}

/**
 * Reads the command line.
 *
 * @throws QualityUsageError no model, an unknown flag, a number that is none
 */
export function parseOptions(args: readonly string[]): QualityOptions {
  const { values, positionals } = parseFlags(
    args,
    FLAGS,
    (reason, cause) => new QualityUsageError(`quality: ${reason}`, { cause }),
  );
  const { dataset = 'mnist', seed = '1', write = false, help = false } = values;
  const [model, ...more] = positionals;
  if (!help && (model === undefined || more.length > 0)) {
    throw new QualityUsageError(
      `quality: got ${positionals.join(', ') || 'no model'}; wanted the folder of one model, such as models/mnist.`,
    );
  }
  const guidance = Number(values.guidance ?? '2');
  if (!Number.isFinite(guidance)) {
    throw new QualityUsageError(`quality: --guidance is ${values.guidance}; wanted a number; 1 is none.`);
  }
  return {
    model: model ?? '',
    dataset,
    count: whole('count', values.count ?? '640'),
    steps: whole('steps', values.steps ?? '50'),
    guidance,
    seed,
    write,
    help,
  };
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new QualityUsageError(`quality: --${name} is ${text}; wanted a whole number, at least 1.`);
}

const FLAGS = {
  dataset: { type: 'string' },
  count: { type: 'string' },
  steps: { type: 'string' },
  guidance: { type: 'string' },
  seed: { type: 'string' },
  write: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;
