import { MAX_THREADS } from '@isonoise/runtime/threads';
import { parseFlags, wholeNumber } from '../parse-flags.ts';
import { scriptError } from '../script-error.ts';
import type { Bench } from './bench.ts';

export interface BenchOptions {
  /** Names of the benches to run. */
  readonly names: readonly string[];
  readonly quick: boolean;
  readonly threads: number;
  /** Folder for the record, the tables and the plots; undefined if nothing is written. */
  readonly out: string | undefined;
  /** Python interpreter with torch; undefined if none was named. */
  readonly python: string | undefined;
  readonly help: boolean;
}

/**
 * Reads the command line. A quick run writes nothing unless a folder is given, because its numbers are not
 * representative.
 *
 * @param benches the known benches; those that need Python run only if an interpreter is named
 * @param cores number of threads if `--threads` is left out
 * @throws `BENCH_USAGE` if a bench or flag is unknown, the number of threads is invalid, or a bench needs Python and
 *   no interpreter is named
 */
export function parseOptions(
  args: readonly string[],
  benches: readonly Pick<Bench, 'name' | 'needsPython'>[],
  cores: number,
): BenchOptions {
  const known = benches.map(({ name }) => name);
  const { values, positionals } = parseFlags(args, FLAGS, (reason, cause) =>
    scriptError('BENCH_USAGE', `bench: ${reason}`, { cause }),
  );
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw scriptError(
      'BENCH_USAGE',
      `bench: got ${unknown.join(', ')}; expected names among ${known.join(', ')}.`,
    );
  }
  const threads = values.threads === undefined ? cores : wholeNumber(values.threads, 1, MAX_THREADS);
  if (threads === undefined) {
    throw scriptError(
      'BENCH_USAGE',
      `bench: --threads is ${JSON.stringify(values.threads)}; expected a whole number from 1 to ${MAX_THREADS}.`,
    );
  }
  const { quick = false, help = false, python } = values;
  const pythonless = benches.filter(({ needsPython }) => needsPython !== true).map(({ name }) => name);
  const refused = positionals.filter((name) => !pythonless.includes(name));
  if (refused.length > 0 && python === undefined && !help) {
    throw scriptError(
      'BENCH_USAGE',
      `bench: ${refused.join(', ')} needs PyTorch; expected --python with an interpreter that has torch.`,
    );
  }
  return {
    names:
      positionals.length > 0
        ? known.filter((name) => positionals.includes(name))
        : python === undefined
          ? pythonless
          : known,
    quick,
    threads,
    out: values.out ?? (quick ? undefined : 'docs'),
    python,
    help,
  };
}

const FLAGS = {
  quick: { type: 'boolean' },
  threads: { type: 'string' },
  out: { type: 'string' },
  python: { type: 'string' },
  help: { type: 'boolean' },
} as const;
