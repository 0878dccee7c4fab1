import { IsonoiseError } from './isonoise-error.ts';

/** What docs/errors.md says of a code. */
export interface ErrorEntry {
  /** What went wrong, one sentence. */
  readonly meaning: string;
  /** What to do about it. */
  readonly advice: string;
}

/**
 * Makes the errors of one package.
 *
 * @typeParam Prefix of its codes; several are a union
 * @typeParam Table its `ERROR_CODES`; a code that is not in it, or has another prefix, does not compile
 */
export type MakeError<Prefix extends string, Table extends Readonly<Record<keyof Table, ErrorEntry>>> = <
  Code extends keyof Table & `${Prefix}_${string}`,
>(
  code: Code,
  message: string,
  options?: ErrorOptions,
) => IsonoiseError<Code>;

/** The function behind every {@link MakeError}. */
export function makeError<Code extends string>(
  code: Code,
  message: string,
  options?: ErrorOptions,
): IsonoiseError<Code> {
  return new IsonoiseError(code, message, options);
}
