import { IsonoiseError } from './isonoise-error.ts';
import { printableLines } from './printable.ts';

/** Description of an error code. docs/errors.md lists these descriptions. */
export interface ErrorEntry {
  /** One sentence that says what went wrong. */
  readonly meaning: string;
  /** One sentence that says what the user can do. */
  readonly advice: string;
}

/**
 * Function that makes the errors of one package.
 *
 * @typeParam Prefix prefix of the package's codes; a union if the package has several prefixes
 * @typeParam Table the package's `ERROR_CODES`; the compiler rejects a code that is not in the table, or that has a
 *   different prefix
 */
export type MakeError<Prefix extends string, Table extends Readonly<Record<keyof Table, ErrorEntry>>> = <
  Code extends keyof Table & `${Prefix}_${string}`,
>(
  code: Code,
  message: string,
  options?: ErrorOptions,
) => IsonoiseError<Code>;

/** Implements every {@link MakeError}. */
export function makeError<Code extends string>(
  code: Code,
  message: string,
  options?: ErrorOptions,
): IsonoiseError<Code> {
  return new IsonoiseError(code, message, options);
}

/**
 * A {@link MakeError} for packages that read files. Names in a file may contain control characters, so these are escaped. A
 * message of several lines is a list, because a line break in a name must not begin a new line.
 */
export type MakeLineError<Prefix extends string, Table extends Readonly<Record<keyof Table, ErrorEntry>>> = <
  Code extends keyof Table & `${Prefix}_${string}`,
>(
  code: Code,
  message: string | readonly string[],
  options?: ErrorOptions,
) => IsonoiseError<Code>;

/** Implements every {@link MakeLineError}. */
export function makeLineError<Code extends string>(
  code: Code,
  message: string | readonly string[],
  options?: ErrorOptions,
): IsonoiseError<Code> {
  return new IsonoiseError(code, printableLines(message), options);
}
