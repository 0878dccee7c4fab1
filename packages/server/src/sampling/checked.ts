import { isIsonoiseError } from '@isonoise/error';
import { ServerError, type ServerErrorCode } from '../errors.ts';

/** Names of functions and of the library's options, which mean nothing to an HTTP client, and their replacements. */
const WORDS: readonly (readonly [words: RegExp, replacement: string])[] = [
  [/^(sample|timestepPairs|spacedSteps): /, ''],
  [/^saved sampling: /, 'from: '],
];

/**
 * Runs a check of a request.
 *
 * @param codes codes of the answer by codes of the check; default `BODY_INVALID`
 * @throws ServerError for an error of the check
 */
export function checked<T>(check: () => T, codes: Readonly<Record<string, ServerErrorCode>> = {}): T {
  try {
    return check();
  } catch (cause) {
    if (!isIsonoiseError(cause)) throw cause;
    const message = WORDS.reduce((text, [words, to]) => text.replace(words, to), cause.message);
    throw new ServerError(codes[cause.code] ?? 'BODY_INVALID', message, { cause });
  }
}
