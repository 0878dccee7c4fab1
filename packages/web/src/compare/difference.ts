import { toBytes } from '@isonoise/picture';

/** The difference of two batches of images. */
export interface Difference {
  /** Largest |a − b| of values in [-1, 1]. */
  readonly largest: number;
  /** Largest difference of 8-bit samples, in levels 0 to 255. */
  readonly levels: number;
  /** Number of pixels with at least one differing 8-bit sample. */
  readonly differing: number;
  /** Total number of pixels. */
  readonly pixels: number;
}

/**
 * Measures the difference of two batches of images.
 *
 * @param a `[N, C, H, W]` in [-1, 1]
 * @param b images of the same shape
 * @param channels C
 * @param pixels H · W
 * @throws RangeError if the lengths differ
 */
export function difference(a: Float32Array, b: Float32Array, channels: number, pixels: number): Difference {
  requireAlike(a, b);
  const [levelsA, levelsB] = [toBytes(a), toBytes(b)];
  const differs = new Set<number>();
  let largest = 0;
  let levels = 0;
  for (let i = 0; i < a.length; i++) {
    largest = Math.max(largest, Math.abs((a[i] as number) - (b[i] as number)));
    const apart = Math.abs((levelsA[i] as number) - (levelsB[i] as number));
    levels = Math.max(levels, apart);
    // [N, C, H·W]: the channels of a pixel lie H·W apart.
    if (apart > 0) differs.add(Math.floor(i / (channels * pixels)) * pixels + (i % pixels));
  }
  return { largest, levels, differing: differs.size, pixels: a.length / channels };
}

/**
 * Renders the difference as a picture: |a − b| times the gain. Black means equal; differences of at least 2 /
 * gain are white.
 *
 * @returns 8-bit samples, `[N, C, H, W]`
 */
export function amplify(a: Float32Array, b: Float32Array, gain: number): Uint8Array<ArrayBuffer> {
  requireAlike(a, b);
  return Uint8Array.from(a, (value, i) => Math.min(255, Math.abs(value - (b[i] as number)) * gain * 127.5));
}

function requireAlike(a: Float32Array, b: Float32Array): void {
  if (a.length === b.length) return;
  throw new RangeError(`difference: got ${a.length} and ${b.length} values; expected images of one shape.`);
}
