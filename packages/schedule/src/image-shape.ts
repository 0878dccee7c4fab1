/** Shape of one image, channels first. */
export interface ImageShape {
  /** C; for pictures 1 (grey), 3 (red, green, blue) or 4 (premultiplied red, green, blue, and alpha). */
  readonly channels: number;
  /** H, in pixels. */
  readonly height: number;
  /** W, in pixels. */
  readonly width: number;
}
