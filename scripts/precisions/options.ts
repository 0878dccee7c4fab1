import { type RuntimeId, runtimeIds } from '../parity/runtimes.ts';
import { parseFlags, wholeNumber } from '../parse-flags.ts';
import { scriptError } from '../script-error.ts';

/** Runtimes that run ONNX graphs. tfjs computes from the safetensors, so it does not have precisions. */
export const ONNX_RUNTIMES: readonly RuntimeId[] = runtimeIds.filter((name) => name !== 'tfjs');

export interface PrecisionsOptions {
  /** Folder of the bundle. */
  readonly model: string;
  readonly only: readonly RuntimeId[];
  /** Number of timed calls of each graph. */
  readonly rounds: number;
  /** Whether to write the table into the card of the model. */
  readonly write: boolean;
  readonly help: boolean;
}

const DEFAULT_ROUNDS = 20;

const FLAGS = {
  only: { type: 'string' },
  rounds: { type: 'string' },
  write: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** Reads the command line. @throws `BENCH_USAGE` if the command line is not valid */
export function parseOptions(args: readonly string[]): PrecisionsOptions {
  const fail = (reason: string, cause?: unknown): Error =>
    scriptError('BENCH_USAGE', `bench precisions: ${reason}`, { cause });
  const { values, positionals } = parseFlags(args, FLAGS, fail);
  const { only, rounds = String(DEFAULT_ROUNDS), write = false, help = false } = values;
  const [model = '', ...more] = positionals;
  if (!help && (model === '' || more.length > 0))
    throw fail(`got ${positionals.join(', ') || 'no model'}; expected the folder of one model.`);
  const asked = only?.split(',').map((name) => name.trim());
  const unknown = asked?.filter((name) => !ONNX_RUNTIMES.some((each) => each === name)) ?? [];
  if (unknown.length > 0)
    throw fail(`--only has ${unknown.join(', ')}; expected names among ${ONNX_RUNTIMES.join(', ')}.`);
  const count = wholeNumber(rounds, 1, 10_000);
  if (count === undefined) throw fail(`--rounds is ${rounds}; expected a whole number from 1 to 10000.`);
  return {
    model,
    only: ONNX_RUNTIMES.filter((name) => asked === undefined || asked.includes(name)),
    rounds: count,
    write,
    help,
  };
}
