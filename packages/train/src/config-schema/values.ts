import * as v from 'valibot';

/** Returns the schema of a safe integer in a range. */
export const whole = (least: number, most: number = Number.MAX_SAFE_INTEGER): v.GenericSchema<number> =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));

/**
 * Limits of the magnitude of nonzero numbers. Steps are computed in float32. Values above `most` would become
 * infinite, and values below `least` could become 0.
 */
const FLOAT32 = { least: 2 ** -126, most: (2 - 2 ** -23) * 2 ** 127 };
const inFloat32: v.CheckAction<number, (issue: v.CheckIssue<number>) => string> = v.check(
  (value) => value === 0 || (Math.abs(value) >= FLOAT32.least && Math.abs(value) <= FLOAT32.most),
  ({ received }) => `got ${received}; expected a magnitude from 1.2e-38 to 3.4e+38, the range of float32`,
);

/** Schema of a finite number. */
export const real: v.GenericSchema<number> = v.pipe(v.number(), v.finite(), inFloat32);

/** Schema of a number above 0. */
export const positive: v.GenericSchema<number> = v.pipe(v.number(), v.finite(), v.gtValue(0), inFloat32);
/** Returns the schema of a number of at least `least`. */
export const atLeast = (least: number): v.GenericSchema<number> =>
  v.pipe(v.number(), v.finite(), v.minValue(least), inFloat32);
/** Schema of a probability or a decay in [0, 1). With 1, nothing would be learned. */
export const share: v.GenericSchema<number> = v.pipe(v.number(), v.minValue(0), v.ltValue(1), inFloat32);

/** Returns the schema of an object that may have only these keys. The message for an unknown key lists them. */
export function exact<const E extends v.ObjectEntries>(
  entries: E,
): v.StrictObjectSchema<E, (issue: v.StrictObjectIssue) => string> {
  return v.strictObject(entries, (issue) =>
    issue.expected === 'never'
      ? `unknown; expected one of ${Object.keys(entries).join(', ')}`
      : issue.expected === 'Object'
        ? `got ${issue.received}; expected an object`
        : 'missing',
  );
}

/** Schema that refuses arrays, which valibot treats as objects without fields. */
export const notArray: v.GenericSchema<unknown> = v.pipe(
  v.unknown(),
  v.check((value: unknown) => !Array.isArray(value), 'got an array; expected an object'),
);

/**
 * Returns the schema of an optional object. Its default consists of the defaults of its fields, and is checked like
 * any other value.
 */
export function withDefaults<T>(schema: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, T> {
  return v.optional(v.pipe(notArray, schema), () => ({}));
}

export function isFields(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}
