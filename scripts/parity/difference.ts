/** Difference of two images as 8-bit pictures. */
export interface PixelDifference {
  /** Number of 8-bit values in an image. */
  readonly pixels: number;
  /** Number of values that differ. */
  readonly differing: number;
  /** Largest difference, in levels from 0 to 255. */
  readonly levels: number;
}

/**
 * Returns the largest absolute difference; NaN if a value is missing or NaN,
 * so that a broken result never counts as equal.
 */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.NaN;
  // Math.max keeps NaN.
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}

/** Returns whether all bits are equal. Thus -0 differs from 0, and a NaN equals a NaN with the same bits. */
export function sameBits(a: Float32Array, b: Float32Array): boolean {
  const [left, right] = [a, b].map((each) => new Uint32Array(each.buffer, each.byteOffset, each.length));
  return a.length === b.length && (left?.every((word, i) => word === right?.[i]) ?? false);
}

/** Compares two pictures of the same size. */
export function pixelDifference(a: Uint8Array, b: Uint8Array): PixelDifference {
  let [differing, levels] = [0, 0];
  for (const [i, value] of a.entries()) {
    const difference = Math.abs(value - (b[i] ?? Number.NaN));
    if (difference !== 0) differing++;
    levels = Math.max(levels, difference);
  }
  return { pixels: a.length, differing, levels };
}
