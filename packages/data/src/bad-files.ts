import { listedLines, plural, printable } from '@isonoise/error';
import { DataError, type DataErrorCode } from './errors.ts';

/** Codes of errors that concern a single image. */
const SINGLE_IMAGE_CODES: ReadonlySet<DataErrorCode> = new Set<DataErrorCode>([
  'DATA_FORMAT',
  'DATA_EMPTY',
  'DATA_LIMIT',
  'DATA_NOT_FOUND',
  'DATA_TRUNCATED',
]);

/** Returns whether an error concerns a single image, which can be skipped. */
export function isBadFile(error: unknown): error is DataError {
  return error instanceof DataError && SINGLE_IMAGE_CODES.has(error.code);
}

/** Returns the message `folder: 2 of 3 images cannot be used:` with a line for each of the first 20 of these. */
export function badFilesText(folder: string, bad: readonly DataError[], count: number): string {
  const lines = listedLines(bad, ({ message }) => message);
  return `${printable(folder)}: ${bad.length} of ${plural(count, 'image')} cannot be used:\n${lines}`;
}

/**
 * Creates the error for images that cannot be used.
 *
 * @param advice how a user can leave the images out, such as `leave them out with --skip-bad`; undefined if
 *   the set must not change
 */
export function badFilesError(
  folder: string,
  bad: readonly DataError[],
  count: number,
  advice: string | undefined,
): DataError {
  const [first] = bad;
  return new DataError(
    'DATA_FORMAT',
    [
      ...badFilesText(folder, bad, count).split('\n'),
      ...(advice === undefined
        ? []
        : [
            `Replace or remove ${bad.length === 1 ? 'it' : 'them'}${bad.length < count ? `, or ${advice}` : ''}.`,
          ]),
    ],
    first?.file === undefined ? { cause: first } : { file: first.file, cause: first },
  );
}
