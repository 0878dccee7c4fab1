import { parseFlags } from '../parse-flags.ts';
import { scriptError } from '../script-error.ts';
import { TARGET_NAMES, type TargetName } from './targets.ts';

export interface FuzzOptions {
  readonly help: boolean;
  readonly targets: readonly TargetName[];
  /** Inputs per target. */
  readonly count: number;
  /** Time limit per target, in minutes; Infinity if there is none. */
  readonly minutes: number;
  /** Seed of the first input; each later input uses the next seed. */
  readonly seed: number;
  readonly write: boolean;
}

const DEFAULT_COUNT = 1000;
const MAX_SEED = 2 ** 31;

/**
 * Reads the command line.
 *
 * @param args arguments without the program's name
 * @throws `FUZZ_USAGE` if a flag or target is unknown, a number is invalid, or `--write` is given with names of targets
 */
export function parseOptions(args: readonly string[]): FuzzOptions {
  const { values, positionals } = parseFlags(
    args,
    {
      help: { type: 'boolean', short: 'h' },
      count: { type: 'string' },
      minutes: { type: 'string' },
      seed: { type: 'string' },
      write: { type: 'boolean' },
    },
    (reason, cause) => scriptError('FUZZ_USAGE', `fuzz: ${reason}`, { cause }),
  );
  const unknown = positionals.find((name) => !isTarget(name));
  if (unknown !== undefined) {
    throw scriptError('FUZZ_USAGE', `fuzz: unknown target ${unknown}; expected ${TARGET_NAMES.join(', ')}.`);
  }
  const minutes = values.minutes === undefined ? Number.POSITIVE_INFINITY : number('minutes', values.minutes);
  const count =
    values.count === undefined
      ? Number.isFinite(minutes)
        ? MAX_SEED
        : DEFAULT_COUNT
      : whole('count', values.count, 1);
  if (values.write === true && positionals.length > 0) {
    throw scriptError(
      'FUZZ_USAGE',
      'fuzz: --write with some targets; expected all targets, because the report lists all. Leave out the names or --write.',
    );
  }
  const targets = positionals.filter(isTarget);
  return {
    help: values.help ?? false,
    targets: targets.length === 0 ? TARGET_NAMES : targets,
    count,
    minutes,
    seed: values.seed === undefined ? 1 : whole('seed', values.seed, 0),
    write: values.write ?? false,
  };
}

const isTarget = (name: string): name is TargetName => (TARGET_NAMES as readonly string[]).includes(name);

function whole(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > MAX_SEED) {
    throw scriptError(
      'FUZZ_USAGE',
      `fuzz: --${flag} is ${JSON.stringify(text)}; expected a whole number from ${least} to ${MAX_SEED}.`,
    );
  }
  return value;
}

function number(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0) || !Number.isFinite(value)) {
    throw scriptError('FUZZ_USAGE', `fuzz: --${flag} is ${JSON.stringify(text)}; expected a number above 0.`);
  }
  return value;
}
