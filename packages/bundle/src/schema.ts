import { listedLines } from '@isonoise/error';
import * as v from 'valibot';
import { bundleError } from './errors.ts';

/**
 * Returns the schema of an object whose only allowed keys are these. The error for an unknown key lists the allowed
 * keys.
 */
export function exactObject<const E extends v.ObjectEntries>(
  entries: E,
): v.StrictObjectSchema<E, v.ErrorMessage<v.StrictObjectIssue>> {
  return v.strictObject(entries, (issue) =>
    issue.expected === 'never'
      ? `unknown key; allowed are ${Object.keys(entries).join(', ')}`
      : `got ${issue.received}; expected ${issue.expected}`,
  );
}

const wholeFrom = (smallest: number): v.GenericSchema<number> =>
  v.pipe(
    v.number(),
    v.check(
      (n) => Number.isSafeInteger(n) && n >= smallest,
      (issue) => `got ${issue.received}; expected a whole number, at least ${smallest}`,
    ),
  );

/** Schema of a whole number from 0. */
export const whole: v.GenericSchema<number> = wholeFrom(0);
/** Schema of a whole number from 1. */
export const positiveWhole: v.GenericSchema<number> = wholeFrom(1);
export const finite: v.GenericSchema<number> = v.pipe(v.number(), v.finite());

/**
 * Validates a value.
 *
 * @param source name of the file or other source of `value`, for errors
 * @throws `BUNDLE_FILE_INVALID` listing every invalid field
 */
export function parseWith<T>(schema: v.GenericSchema<unknown, T>, value: unknown, source: string): T {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const lines = listedLines(
    result.issues,
    (issue) => `${v.getDotPath(issue) ?? '(root)'}: ${problemOf(issue)}`,
  );
  throw bundleError('BUNDLE_FILE_INVALID', [
    `${source}: got invalid fields:`,
    ...lines.split('\n'),
    'Correct these fields.',
  ]);
}

/** Describes a wrong value; messages of our own schemas stay as they are. */
function problemOf({ type, message, received, expected }: v.BaseIssue<unknown>): string {
  // For a missing key, valibot reports an invalid key, with the name of the key as the expected value.
  if (message.startsWith('Invalid key') && received === 'undefined') return 'is missing';
  if (message.startsWith('Invalid ') && type === 'finite') return `got ${received}; expected a finite number`;
  return message.startsWith('Invalid ') && expected !== null
    ? `got ${received}; expected ${expected}`
    : message;
}
