import sharp, { type Metadata, type Sharp } from 'sharp';
import { DataError } from '../errors.ts';

/** Colour spaces in which libvips keeps the samples of a TIFF unchanged. */
export const PLAIN_SPACES: ReadonlySet<string> = new Set(['b-w', 'scrgb']);

/**
 * Converts an image of floats in 0…1 to bytes in 0…255, and applies its orientation. Does not apply gamma, so the
 * values equal those of an 8-bit version of the file.
 *
 * @throws DataError `DATA_FORMAT` if a value is NaN or out of range, or the floats are grey with 16 bits
 */
export async function unitFloats(image: Sharp, { space }: Metadata, file: string): Promise<Sharp> {
  const refuse = (found: string): DataError =>
    new DataError(
      'DATA_FORMAT',
      `${file}: the samples are ${found}; expected 32-bit floats in 0 to 1, or 8-bit or 16-bit samples. Convert it.`,
      { file },
    );
  if (!PLAIN_SPACES.has(space)) throw refuse(`floats of the colour space ${space}`);
  const { data, info } = await image
    .autoOrient()
    .toColourspace(space)
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true });
  const values = new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length));
  const bytes = new Uint8Array(values.length);
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let nanCount = 0;
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(value)) nanCount++;
    else {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    bytes[i] = Math.round(255 * value);
  }
  if (nanCount > 0) throw refuse(`floats, ${nanCount} of them NaN`);
  if (min < 0 || max > 1) throw refuse(`floats from ${shown(min)} to ${shown(max)}`);
  const { width, height, channels } = info;
  return sharp(bytes, { raw: { width, height, channels } });
}

const shown = (value: number): string => String(Number(value.toPrecision(6)));
