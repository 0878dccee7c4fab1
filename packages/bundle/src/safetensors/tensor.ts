import type { SafeTensorArrays, SafeTensorDtype } from './dtype.ts';

/** A named tensor, row-major. `data.length` is the product of `shape`. A scalar has shape `[]` and length 1. */
export type SafeTensor = {
  readonly [D in SafeTensorDtype]: {
    readonly name: string;
    readonly dtype: D;
    readonly shape: readonly number[];
    readonly data: SafeTensorArrays[D];
  };
}[SafeTensorDtype];

/** A decoded file: its tensors by name, in file order, and its `__metadata__` (empty if absent). */
export interface SafeTensorsFile {
  readonly tensors: ReadonlyMap<string, SafeTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Key of the metadata in the header. All other keys are tensors. */
export const METADATA_KEY = '__metadata__';

/**
 * Limits of the parser. `headerBytes` is the limit of the original safetensors library, and keeps a forged length from
 * exhausting the memory. `headerTokens` is the number of strings, values and brackets in a header; a tensor has about
 * 15. A header of `headerBytes` with short names would take minutes and gigabytes. `rank` and `elements` keep products
 * of dimensions exact in float64.
 */
export const SAFETENSORS_LIMITS: {
  readonly headerBytes: number;
  readonly headerTokens: number;
  readonly rank: number;
  readonly elements: number;
} = {
  headerBytes: 100_000_000,
  headerTokens: 2_000_000,
  rank: 64,
  elements: Number.MAX_SAFE_INTEGER,
};

/** Returns whether `value` is a valid size or offset. -0 is invalid, because other readers treat it as a float. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);
}

/** @returns number of elements of `shape`; undefined if a dimension or the product is not a safe integer */
export function elementCount(shape: readonly unknown[]): number | undefined {
  if (shape.length > SAFETENSORS_LIMITS.rank) return undefined;
  let count = 1;
  for (const dimension of shape) {
    if (!isCount(dimension)) return undefined;
    count *= dimension;
    if (count > SAFETENSORS_LIMITS.elements) return undefined;
  }
  return count;
}
