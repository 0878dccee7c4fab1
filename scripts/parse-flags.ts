import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * Parses the flags and the positional arguments of a command.
 *
 * @param options options of Node's `parseArgs`
 * @param usageError creates the error for an unknown flag or a missing value, from the reason and its cause
 */
export function parseFlags<T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
  usageError: (reason: string, cause: unknown) => Error,
) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (cause) {
    throw usageError(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/**
 * Parses a whole number that consists only of digits. It rejects `1e3` and `0x10`.
 *
 * @returns undefined if the text is not a whole number or is out of range
 */
export function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}
