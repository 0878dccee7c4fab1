/**
 * Value of each byte x in the range of the network, `x / 127.5 − 1`, rounded once to float32. Batches use this table.
 */
export const NORMALIZED: Float32Array = Float32Array.from({ length: 256 }, (_, x) => x / 127.5 - 1);

/**
 * Converts bytes to the range of the network by `x / 127.5 − 1`, so that 0 becomes −1 and 255 becomes 1.
 *
 * @param pixels any shape, 0..255.
 * @returns a new array of the same shape, in [−1, 1].
 * Source: Ho et al. 2020, section 3.3 ("{0, 1, …, 255} scaled linearly to [−1, 1]").
 */
export function normalize(pixels: Uint8Array): Float32Array {
  const out = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) out[i] = NORMALIZED[pixels[i] as number] as number;
  return out;
}
