import { parseFlags } from '../parse-flags.ts';
import { scriptError } from '../script-error.ts';

export interface ChaosOptions {
  /** Number of times to kill the training. */
  readonly kills: number;
  /** Number of exports to kill. */
  readonly exports: number;
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
export function parseOptions(args: readonly string[]): ChaosOptions {
  const { values, positionals } = parseFlags(args, FLAGS, usageError);
  requireOnlyFlags(positionals);
  const { kills, exports, seed, out = 'docs', help = false } = values;
  return {
    kills: whole('kills', kills ?? '40', 1),
    exports: whole('exports', exports ?? '8', 0),
    seed: whole('seed', seed ?? '1', 0),
    out,
    help,
  };
}

export const usageError = (reason: string, cause: unknown): Error =>
  scriptError('CHAOS_USAGE', `chaos: ${reason}`, { cause });

/** @throws `CHAOS_USAGE` if there are arguments that are not flags */
export function requireOnlyFlags(positionals: readonly string[]): void {
  if (positionals.length === 0) return;
  throw scriptError('CHAOS_USAGE', `chaos: got ${positionals.join(' ')}; expected only flags.`);
}

/** Reads a whole number. @throws `CHAOS_USAGE` if the text is not a whole number, or the number is less than `least` */
export function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw scriptError(
    'CHAOS_USAGE',
    `chaos: --${name} is ${text}; expected a whole number, at least ${least}.`,
  );
}

const FLAGS = {
  kills: { type: 'string' },
  exports: { type: 'string' },
  seed: { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean' },
} as const;
