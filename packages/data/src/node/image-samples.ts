import type { Metadata, Sharp } from 'sharp';
import { DataError } from '../errors.ts';
import { decodeFailure } from './decode-failure.ts';
import { PLAIN_SPACES } from './float-samples.ts';

/** Opens the image. Each call starts reading from the beginning. */
export type Open = () => Sharp;

/** How samples are decoded, by libvips' name of their format. */
export const SAMPLES: Readonly<Record<string, 'bytes' | 'words' | 'floats'>> = {
  uchar: 'bytes',
  ushort: 'words',
  float: 'floats',
};

/** Colour spaces in which libvips keeps 16-bit samples unchanged. */
export const WORD_SPACES: ReadonlySet<string> = new Set(['grey16', 'rgb16']);

/** Returns the largest sample of a 16-bit image, except its alpha. */
export async function largestWord(source: Open, { space }: Metadata): Promise<number> {
  const { data } = await source()
    .removeAlpha()
    .toColourspace(space)
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const words = new Uint16Array(data.buffer, data.byteOffset, data.length >> 1);
  return words.reduce((most, value) => Math.max(most, value), 0);
}

/** Returns the range of the samples as text, such as ` from 0 to 248`, or '' if the decoder cannot read the samples. */
export async function rangeText(source: Open, { space }: Metadata): Promise<string> {
  if (!PLAIN_SPACES.has(space)) return '';
  try {
    const { data } = await source()
      .toColourspace(space)
      .raw({ depth: 'double' })
      .toBuffer({ resolveWithObject: true });
    const values = new Float64Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length));
    const least = values.reduce((a, b) => Math.min(a, b));
    return ` from ${least} to ${values.reduce((a, b) => Math.max(a, b))}`;
  } catch {
    // The range is optional in the message.
    return '';
  }
}

/** Descriptions of formats that cannot be read, by libvips' name. */
const NAMES: Readonly<Record<string, string>> = {
  char: 'signed 8-bit integers',
  short: 'signed 16-bit integers',
  int: 'signed 32-bit integers',
  uint: '32-bit integers',
  double: '64-bit floats',
  complex: 'complex numbers',
  dpcomplex: 'complex numbers',
};

/** Returns the error of an image whose samples cannot be read. @param range text of {@link rangeText} */
export function unreadSamples(file: string, { depth }: Metadata, range: string): DataError {
  return new DataError(
    'DATA_FORMAT',
    `${file}: the samples are ${NAMES[depth ?? ''] ?? depth}${range}; expected 8-bit or 16-bit samples, or 32-bit floats ` +
      'in 0 to 1. Convert it.',
    { file },
  );
}

/** Names the file in decoding errors. @throws DataError `DATA_FORMAT`; `DATA_LIMIT` if there are too many pixels */
export async function named<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw decodeFailure(file, cause);
  }
}
