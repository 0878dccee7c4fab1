/**
 * Networks draw images with alpha as premultiplied colours: red, green and blue are multiplied by alpha. Files and
 * canvases store straight colours. These functions work on bytes, so Node and browsers give the same results. Inexact
 * networks can draw colours above alpha. Such a colour is treated as equal to alpha.
 */

/**
 * Converts a premultiplied colour to a straight one: `min(255, round(255·colour / alpha))`, with ties rounded up, or
 * 0 if alpha is 0. `round(straight·alpha / 255)` gives the colour back exactly, because the error of at most 1/2 is
 * multiplied by alpha / 255.
 *
 * @param colour premultiplied colour, 0..255
 * @param alpha 0..255
 */
export function straightColour(colour: number, alpha: number): number {
  return alpha === 0 ? 0 : Math.min(255, Math.round((255 * colour) / alpha));
}

/**
 * Composes a premultiplied colour over an opaque colour: `colour + behind·(255 − alpha) / 255`, rounded. Ties do not
 * occur, because 255 is odd. Source: Porter & Duff 1984, operator over.
 */
export function over(colour: number, alpha: number, behind: number): number {
  return Math.round(Math.min(colour, alpha) + (behind * (255 - alpha)) / 255);
}

/**
 * Converts one image to the layout of PNG and canvas.
 *
 * @param planar premultiplied `[4, H, W]`
 * @returns straight `[H, W, 4]`
 */
export function straightRgba(planar: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const pixels = planar.length / 4;
  const rgba = new Uint8ClampedArray(planar.length);
  for (let i = 0; i < pixels; i++) {
    const alpha = planar[3 * pixels + i] as number;
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = straightColour(planar[c * pixels + i] as number, alpha);
    rgba[4 * i + 3] = alpha;
  }
  return rgba;
}
