import { parseFlags } from '../../parse-flags.ts';
import { requireOnlyFlags, usageError, whole } from '../options.ts';

export interface ChaosJobsOptions {
  /** Number of images of the job. */
  readonly count: number;
  /** Number of times to kill a worker. */
  readonly kills: number;
  /** Number of times to restart Redis. */
  readonly restarts: number;
  readonly seed: number;
  /** Folder of `reliability.md`. */
  readonly out: string;
  readonly help: boolean;
}

/**
 * Reads the command line.
 *
 * @throws `CHAOS_USAGE` if a flag is unknown, an argument is not a flag, or a number is not whole or is too small
 */
export function parseJobsOptions(args: readonly string[]): ChaosJobsOptions {
  const { values, positionals } = parseFlags(args, FLAGS, usageError);
  requireOnlyFlags(positionals);
  const { count, kills, restarts, seed, out = 'docs', help = false } = values;
  return {
    count: whole('count', count ?? '10000', 64),
    kills: whole('kills', kills ?? '20', 0),
    restarts: whole('restarts', restarts ?? '2', 0),
    seed: whole('seed', seed ?? '1', 0),
    out,
    help,
  };
}

const FLAGS = {
  count: { type: 'string' },
  kills: { type: 'string' },
  restarts: { type: 'string' },
  seed: { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean' },
} as const;
