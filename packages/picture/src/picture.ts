/**
 * A still picture of 8-bit samples, ready for a file format.
 *
 * Letters: N images, C channels (1 grey, 3 red-green-blue, 4 with alpha), H height, W width.
 */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** With 4, colours are straight: not scaled by alpha. */
  readonly channels: 1 | 3 | 4;
  /** `[height, width, channels]` row-major: the order of PNG, GIF and canvas, not the network's `[C, H, W]`. */
  readonly data: Uint8Array;
}

/** `[N, C, H, W]` of a batch of images; with C 4, colours are premultiplied by alpha. */
export type ImagesShape = readonly [count: number, channels: number, height: number, width: number];
