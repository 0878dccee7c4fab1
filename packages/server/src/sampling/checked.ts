import { isIsonoiseError } from '@isonoise/error';
import { ServerError, type ServerErrorCode } from '../errors.ts';

/** Words of the library that mean nothing to an HTTP client, each with its replacement. */
const WORDS: readonly (readonly [words: RegExp, replacement: string])[] = [
  [/^(sample|timestepPairs|spacedSteps): /, ''],
  [/^saved sampling: /, 'from: '],
  [/^image record: (.*)Omit the record from the PNG,/, 'format is png: $1Set metadata to false,'],
];

/**
 * Runs a check of a request.
 *
 * @param codes maps error codes of the check to codes of the response; default `BODY_INVALID`
 * @throws ServerError if the check fails
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
