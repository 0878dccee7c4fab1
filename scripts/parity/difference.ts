/** How two images differ once they are pictures. */
export interface PixelDifference {
  /** Values, 8 bits each. */
  readonly pixels: number;
  /** How many of them differ. */
  readonly differing: number;
  /** By how many of 255 levels at most. */
  readonly levels: number;
}

/**
 * Largest absolute difference; NaN where a value is missing or not a number, so that a broken answer equals nothing.
 */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.NaN;
  // Math.max keeps NaN.
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}

/** Whether all bits are equal: -0 is not 0, and a NaN is itself. */
export function sameBits(a: Float32Array, b: Float32Array): boolean {
  const [left, right] = [a, b].map((each) => new Uint32Array(each.buffer, each.byteOffset, each.length));
  return a.length === b.length && (left?.every((word, i) => word === right?.[i]) ?? false);
}

/** @param a as bytes; @param b as many */
export function pixelDifference(a: Uint8Array, b: Uint8Array): PixelDifference {
  let [differing, levels] = [0, 0];
  for (const [i, value] of a.entries()) {
    const difference = Math.abs(value - (b[i] ?? Number.NaN));
    if (difference !== 0) differing++;
    levels = Math.max(levels, difference);
  }
  return { pixels: a.length, differing, levels };
}
