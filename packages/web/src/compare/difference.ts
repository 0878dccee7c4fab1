import { toBytes } from '@isonoise/picture';

/** How two batches of images differ. */
export interface Difference {
  /** Largest |a − b|, in the numbers' range [-1, 1]. */
  readonly largest: number;
  /** Largest difference of the 8-bit samples, in levels of 0 … 255. */
  readonly levels: number;
  /** Pixels of which any 8-bit sample differs, and pixels in all. */
  readonly differing: number;
  readonly pixels: number;
}

/**
 * @param a `[N, C, H, W]` in [-1, 1]
 * @param b of the same shape
 * @param channels C
 * @throws RangeError different lengths
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
 * The difference as a picture: |a − b| times the gain, black where they agree, white from a difference of 2 / gain.
 * @returns 8-bit samples, `[N, C, H, W]`
 */
export function amplify(a: Float32Array, b: Float32Array, gain: number): Uint8Array<ArrayBuffer> {
  requireAlike(a, b);
  return Uint8Array.from(a, (value, i) => Math.min(255, Math.abs(value - (b[i] as number)) * gain * 127.5));
}

function requireAlike(a: Float32Array, b: Float32Array): void {
  if (a.length === b.length) return;
  throw new RangeError(`difference: got ${a.length} and ${b.length} values; wanted images of one shape.`);
}
