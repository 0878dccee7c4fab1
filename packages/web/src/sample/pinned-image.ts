/** An image that is shown beside others. */
export interface PinnedImage {
  /** `[C, H, W]`, 8-bit samples. */
  readonly bytes: Uint8Array;
  readonly shape: readonly [channels: number, height: number, width: number];
  /** Its number, class, model and seed. */
  readonly caption: string;
}
