import { MAX_THREADS } from '@isonoise/runtime/threads';
import { parseFlags, wholeNumber } from '../parse-flags.ts';
import { scriptError } from '../script-error.ts';

export interface BenchOptions {
  /** Names of benches; all of them if none was given. */
  readonly names: readonly string[];
  readonly quick: boolean;
  readonly threads: number;
  /** Folder for the record, the tables and the plots; undefined if nothing is written. */
  readonly out: string | undefined;
  readonly help: boolean;
}

/**
 * Reads the command line. A quick run writes nothing unless a folder is given, because its numbers are not
 * representative.
 *
 * @param known names of benches
 * @param cores number of threads if `--threads` is left out
 * @throws `BENCH_USAGE` an unknown bench or flag, or an invalid number of threads
 */
export function parseOptions(args: readonly string[], known: readonly string[], cores: number): BenchOptions {
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
  const { quick = false, help = false } = values;
  return {
    names: positionals.length > 0 ? known.filter((name) => positionals.includes(name)) : known,
    quick,
    threads,
    out: values.out ?? (quick ? undefined : 'docs'),
    help,
  };
}

const FLAGS = {
  quick: { type: 'boolean' },
  threads: { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean' },
} as const;
