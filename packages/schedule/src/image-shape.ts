/** Shape of one image, channels first. */
export interface ImageShape {
  /** C; 1 (grey) or 3 (red, green, blue) for pictures. */
  readonly channels: number;
  /** H, in pixels. */
  readonly height: number;
  /** W, in pixels. */
  readonly width: number;
}
