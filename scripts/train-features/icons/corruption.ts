import type { ImageShape } from '@isonoise/schedule';

/** A way to damage pictures, at several strengths. */
export interface Corruption {
  readonly name: string;
  /** Meaning of a strength, for the table. */
  readonly unit: string;
  /** The strengths, in increasing order. */
  readonly strengths: readonly number[];
  /**
   * Changes pictures `[N, C, H, W]` in [−1, 1] in place.
   *
   * @param seed seed of the random choices; 0 by default
   */
  apply(images: Float32Array, shape: ImageShape, strength: number, seed?: number): void;
}
