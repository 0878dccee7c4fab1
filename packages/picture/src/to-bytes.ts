import { pictureError } from './errors.ts';

/**
 * Converts the range of the network to 8 bits: `floor((x + 1)·127.5 + 0.5)`, clamped to [0, 255] (round half up).
 * It uses only +, × and floor in float64, so every JavaScript engine gives the same byte.
 *
 * @param images values in [−1, 1], in any shape; values out of range are clamped
 * @returns one byte per value, in the same order: −1 → 0, 0 → 128, 1 → 255
 * @throws `PICTURE_NON_FINITE` if a value is NaN or infinite
 */
export function toBytes(images: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(images.length);
  for (let i = 0; i < images.length; i++) {
    const x = images[i] as number;
    if (!Number.isFinite(x)) {
      throw pictureError(
        'PICTURE_NON_FINITE',
        `toBytes: value ${i} of ${images.length} is ${x}; expected finite numbers in [-1, 1]. ` +
          'If a model returned this value, its training diverged or its weights are damaged. Check the weights.',
      );
    }
    bytes[i] = Math.min(255, Math.max(0, Math.floor((x + 1) * 127.5 + 0.5)));
  }
  return bytes;
}
