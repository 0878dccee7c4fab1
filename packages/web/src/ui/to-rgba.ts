/**
 * One image as a canvas takes it.
 *
 * @param bytes `[C, H, W]`, C 1 (grey) or 3
 * @returns `[H, W, 4]`, opaque
 */
export function toRgba(bytes: Uint8Array, channels: number): Uint8ClampedArray<ArrayBuffer> {
  const pixels = bytes.length / channels;
  const rgba = new Uint8ClampedArray(4 * pixels);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = bytes[channels === 1 ? i : c * pixels + i] as number;
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}
