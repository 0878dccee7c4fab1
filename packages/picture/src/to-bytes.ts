import { PictureError } from './picture-error.ts';

/**
 * The network's range to 8 bits: `floor((x + 1)·127.5 + 0.5)` clamped to [0, 255], that is, round half up.
 * Evaluated in float64 of +, × and floor alone, so every JavaScript engine gives the same byte.
 *
 * @param images values in [−1, 1], any shape; values outside are clamped
 * @returns as many bytes in the same order: −1 → 0, 0 → 128, 1 → 255
 * @throws PictureError `NON_FINITE_PIXEL` where a value is NaN: it has no brightness (±Infinity too)
 */
export function toBytes(images: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(images.length);
  for (let i = 0; i < images.length; i++) {
    const x = images[i] as number;
    if (!Number.isFinite(x)) {
      throw new PictureError(
        'NON_FINITE_PIXEL',
        `toBytes: value ${i} of ${images.length} is ${x}; pixels must be finite numbers in [-1, 1]. ` +
          'A model that answers NaN was trained past divergence or loaded wrongly: check its weights.',
      );
    }
    bytes[i] = Math.min(255, Math.max(0, Math.floor((x + 1) * 127.5 + 0.5)));
  }
  return bytes;
}
