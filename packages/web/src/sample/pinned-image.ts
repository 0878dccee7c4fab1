/** An image that is shown beside others. */
export interface PinnedImage {
  /** `[C, H, W]`, 8-bit samples. */
  readonly bytes: Uint8Array;
  readonly shape: readonly [channels: number, height: number, width: number];
  /** Number, class, model and seed of the image. */
  readonly caption: string;
}
