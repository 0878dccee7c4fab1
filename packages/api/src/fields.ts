import * as v from 'valibot';

/**
 * Limits of every request. The budget of a server, which depends on the model, usually allows less than these limits.
 */
export const BODY_LIMITS: {
  readonly images: number;
  readonly steps: number;
  readonly tags: number;
  readonly nameLength: number;
  readonly side: number;
} = {
  images: 4096,
  steps: 100_000,
  /** Tags in a list. */
  tags: 256,
  nameLength: 200,
  /** Height or width of a canvas. */
  side: 8192,
};

/** Returns the schema of an integer from `smallest` to `largest`. */
export const whole = (smallest: number, largest: number): v.GenericSchema<number> =>
  v.pipe(v.number(), v.integer(), v.minValue(smallest), v.maxValue(largest));

/** Returns the schema of a field; the API document shows its `description`. */
export const field = <T>(schema: v.GenericSchema<T>, description: string): v.GenericSchema<T> =>
  v.pipe(schema, v.description(description));

/** Returns the schema of an optional field. */
export const optional = <T>(
  schema: v.GenericSchema<T>,
  description: string,
): v.ExactOptionalSchema<v.GenericSchema<T>, undefined> => v.exactOptional(field(schema, description));

/** Schemas of the fields of a body. */
export type EntriesOf<T> = {
  readonly [K in keyof T]-?: undefined extends T[K]
    ? v.ExactOptionalSchema<v.GenericSchema<Exclude<T[K], undefined>>, undefined>
    : v.GenericSchema<T[K]>;
};

/** Schema of the name of a model. */
export const name: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.nonEmpty(),
  v.maxLength(BODY_LIMITS.nameLength),
);

/** Schema of the values of images, or of an array of the same size, as base64. */
export const values: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.description('float32, little-endian, [count, C, H, W], as base64.'),
);

/** Schema of a class: its number, or its name. */
export const classChoice: v.GenericSchema<number | string> = v.union([
  whole(0, 1e6),
  v.pipe(v.string(), v.maxLength(BODY_LIMITS.nameLength)),
]);

/** Schema of the tags of an image. */
export const tagList: v.GenericSchema<readonly string[]> = v.pipe(
  v.array(v.pipe(v.string(), v.nonEmpty(), v.maxLength(BODY_LIMITS.nameLength))),
  v.maxLength(BODY_LIMITS.tags),
);

/** Schema of the tags of all images, or of a list for each. */
export const tagLists: v.GenericSchema<readonly string[] | readonly (readonly string[])[]> = v.union([
  tagList,
  v.pipe(v.array(tagList), v.nonEmpty(), v.maxLength(BODY_LIMITS.images)),
]);
