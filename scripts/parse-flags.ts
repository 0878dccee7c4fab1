import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * Parses the flags and the positional arguments of a command. Refuses flags after `--`, as in `pnpm bench --
 * --quick`, because `parseArgs` would read them as positional arguments.
 *
 * @param options options of Node's `parseArgs`
 * @param usageError creates the error for an unknown flag, a missing value or a flag after `--`, from the reason and
 *   its cause
 */
export function parseFlags<T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
  usageError: (reason: string, cause: unknown) => Error,
) {
  try {
    const { tokens, ...parsed } = parseArgs({
      args: [...args],
      allowPositionals: true,
      tokens: true,
      options,
    });
    const end = tokens.find(({ kind }) => kind === 'option-terminator')?.index ?? args.length;
    const misplaced = args.slice(end + 1).find((word) => isFlag(word, options));
    if (misplaced !== undefined)
      throw new Error(`${misplaced} stands after --; expected flags before --. Leave out the --.`);
    return parsed;
  } catch (cause) {
    throw usageError(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

const isFlag = (word: string, options: object): boolean =>
  word.startsWith('--') && Object.hasOwn(options, word.slice(2).replace(/=.*/s, ''));

/**
 * Parses a whole number that consists only of digits. Other notations, such as `1e3` and `0x10`, are rejected.
 *
 * @returns undefined if the text is not a whole number or is out of range
 */
export function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}
