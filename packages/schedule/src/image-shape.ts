/** Shape of one image, channels first. */
export interface ImageShape {
  /** C: 1 (grey) or 3 (red, green, blue) where the image is a picture. */
  readonly channels: number;
  /** H, in pixels. */
  readonly height: number;
  /** W, in pixels. */
  readonly width: number;
}
