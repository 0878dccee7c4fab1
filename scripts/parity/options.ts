import { parseFlags, wholeNumber } from '../parse-flags.ts';
import { scriptError } from '../script-error.ts';

export interface ParityOptions<Name extends string> {
  /** Folder of the bundle. */
  readonly model: string;
  /** Names of runtimes; the base is always among them. */
  readonly only: readonly Name[];
  readonly seeds: number;
  readonly quick: boolean;
  /** Folder for the report; undefined if nothing is written. */
  readonly out: string | undefined;
  readonly help: boolean;
}

/** The goal of the parity check is stated for this number of seeds. */
const DEFAULT_SEEDS = 100;
const MAX_SEEDS = 100_000;

/**
 * Reads the command line. Nothing is written unless a folder is given, because the report of a different model would be
 * replaced.
 *
 * @param known names of runtimes, the base first
 * @throws `PARITY_USAGE` if the model is missing, a runtime or flag is unknown, or the number of seeds is invalid
 */
export function parseOptions<Name extends string>(
  args: readonly string[],
  known: readonly Name[],
): ParityOptions<Name> {
  const { values, positionals } = parseFlags(args, FLAGS, (reason, cause) =>
    scriptError('PARITY_USAGE', `parity: ${reason}`, { cause }),
  );
  const { quick = false, help = false, out } = values;
  const [model, ...more] = positionals;
  if (!help && (model === undefined || model === '' || more.length > 0)) {
    throw scriptError(
      'PARITY_USAGE',
      `parity: got ${positionals.join(', ') || 'no model'}; expected the folder of one model, such as models/mnist.`,
    );
  }
  const asked = values.only?.split(',').map((name) => name.trim());
  const unknown = asked?.filter((name) => !known.some((each) => each === name)) ?? [];
  if (unknown.length > 0) {
    throw scriptError(
      'PARITY_USAGE',
      `parity: --only has ${unknown.join(', ')}; expected names among ${known.join(', ')}.`,
    );
  }
  const seeds = values.seeds === undefined ? DEFAULT_SEEDS : wholeNumber(values.seeds, 1, MAX_SEEDS);
  if (seeds === undefined) {
    throw scriptError(
      'PARITY_USAGE',
      `parity: --seeds is ${JSON.stringify(values.seeds)}; expected a whole number from 1 to ${MAX_SEEDS}.`,
    );
  }
  return {
    model: model ?? '',
    only: known.filter((name, i) => i === 0 || asked === undefined || asked.includes(name)),
    seeds,
    quick,
    out,
    help,
  };
}

const FLAGS = {
  only: { type: 'string' },
  seeds: { type: 'string' },
  quick: { type: 'boolean' },
  out: { type: 'string' },
  help: { type: 'boolean' },
} as const;
