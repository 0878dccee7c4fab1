/**
 * A still picture of 8-bit samples, ready for a file format.
 *
 * Letters: N images, C channels (1 grey, 3 red-green-blue, 4 with alpha), H height, W width.
 */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Number of channels. With 4, colours are straight, that is, not multiplied by alpha. */
  readonly channels: 1 | 3 | 4;
  /**
   * Samples, `[height, width, channels]`, row-major. This is the order of PNG, GIF and canvas, unlike the network's
   * `[C, H, W]`.
   */
  readonly data: Uint8Array;
}

/** Shape of a batch of images, `[N, C, H, W]`. With C = 4, colours are premultiplied by alpha. */
export type ImagesShape = readonly [count: number, channels: number, height: number, width: number];
