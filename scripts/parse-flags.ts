import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * The flags and the words of a command.
 *
 * @param options as `parseArgs` of Node has them
 * @param usageError makes the error for a flag that is not known or lacks its value, of the reason and its cause
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
 * A whole number as it is typed, in digits alone: `1e3` and `0x10` are not.
 *
 * @returns undefined where the text is not one, or out of range
 */
export function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}
