/** Linear light of each sRGB value 0..255. Source: IEC 61966-2-1. */
const LINEAR: Float64Array = Float64Array.from({ length: 256 }, (_, value) => {
  const v = value / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
});

/** Luminance of red, green and blue. Source: ITU-R BT.709. */
const [RED, GREEN, BLUE] = [0.2126, 0.7152, 0.0722];

/**
 * Converts canvas pixels to the layout of data sets.
 *
 * @param rgba `[H, W, 4]`, opaque
 * @param channels 3 for colour, or 1 for grey of equal luminance, as in the reader of image folders
 * @returns `[C, H, W]`, 0..255
 */
export function planarOf(rgba: Uint8ClampedArray, channels: 1 | 3): Uint8Array {
  const pixels = rgba.length / 4;
  const planar = new Uint8Array(channels * pixels);
  for (let i = 0; i < pixels; i++) {
    const [r, g, b] = [rgba[4 * i], rgba[4 * i + 1], rgba[4 * i + 2]] as [number, number, number];
    if (channels === 1) planar[i] = grey(r, g, b);
    else {
      planar[i] = r;
      planar[pixels + i] = g;
      planar[2 * pixels + i] = b;
    }
  }
  return planar;
}

function grey(r: number, g: number, b: number): number {
  if (r === g && g === b) return r;
  const light = RED * (LINEAR[r] as number) + GREEN * (LINEAR[g] as number) + BLUE * (LINEAR[b] as number);
  const v = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
  return Math.round(255 * v);
}
