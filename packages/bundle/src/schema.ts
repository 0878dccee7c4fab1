import * as v from 'valibot';
import { bundleError } from './errors.ts';

/** An object with these keys and no others; an unknown key is an error that lists the allowed ones. */
export function exactObject<const E extends v.ObjectEntries>(
  entries: E,
): v.StrictObjectSchema<E, v.ErrorMessage<v.StrictObjectIssue>> {
  return v.strictObject(entries, (issue) =>
    issue.expected === 'never'
      ? `unknown key; allowed are ${Object.keys(entries).join(', ')}`
      : `got ${issue.received}; wanted ${issue.expected}`,
  );
}

const wholeFrom = (smallest: number): v.GenericSchema<number> =>
  v.pipe(
    v.number(),
    v.check(
      (n) => Number.isSafeInteger(n) && n >= smallest,
      (issue) => `got ${issue.received}; wanted a whole number, at least ${smallest}`,
    ),
  );

/** A whole number from 0. */
export const whole: v.GenericSchema<number> = wholeFrom(0);
/** A whole number from 1. */
export const positiveWhole: v.GenericSchema<number> = wholeFrom(1);
export const finite: v.GenericSchema<number> = v.pipe(v.number(), v.finite());

/**
 * @param source names the file, or what else held `value`
 * @throws `BUNDLE_FILE_INVALID` listing every field that does not fit
 */
export function parseWith<T>(schema: v.GenericSchema<unknown, T>, value: unknown, source: string): T {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const problems = result.issues.map(
    (issue) => `  ${v.getDotPath(issue) ?? '(the whole)'}: ${issue.message}`,
  );
  throw bundleError('BUNDLE_FILE_INVALID', `${source}: fields do not fit:\n${problems.join('\n')}`);
}
