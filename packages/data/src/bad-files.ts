import { DataError, type DataErrorCode } from './errors.ts';

/** As many are named; of the others the number. */
const NAMED = 20;

/** What may be wrong with one image while the others are fine. */
const OF_ONE_FILE: ReadonlySet<DataErrorCode> = new Set<DataErrorCode>([
  'DATA_FORMAT',
  'DATA_EMPTY',
  'DATA_LIMIT',
  'DATA_NOT_FOUND',
  'DATA_TRUNCATED',
]);

/** Whether an error is about one image, which could be left out. */
export function isBadFile(error: unknown): error is DataError {
  return error instanceof DataError && OF_ONE_FILE.has(error.code);
}

/** `folder: 2 of 3 images cannot be used`, and a line for each of the first 20. */
export function badFilesText(folder: string, bad: readonly DataError[], count: number): string {
  const lines = bad.slice(0, NAMED).map(({ message }) => `  ${message}`);
  const more = bad.length - NAMED;
  if (more > 0) lines.push(`  and ${more} more`);
  return `${folder}: ${bad.length} of ${count} images cannot be used:\n${lines.join('\n')}`;
}

/** @param advice how to leave them out, as the caller's users do it */
export function badFilesError(
  folder: string,
  bad: readonly DataError[],
  count: number,
  advice: string,
): DataError {
  const [first] = bad;
  return new DataError(
    'DATA_FORMAT',
    `${badFilesText(folder, bad, count)}\nReplace or remove them${bad.length < count ? `, or ${advice}` : ''}.`,
    first?.file === undefined ? { cause: first } : { file: first.file, cause: first },
  );
}
