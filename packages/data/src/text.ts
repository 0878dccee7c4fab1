import { DataError } from './errors.ts';

/** Encodings by byte order mark. Source: Unicode 15, section 23.8. */
const MARKS = [
  { encoding: 'utf-8', mark: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', mark: [0xff, 0xfe] },
  { encoding: 'utf-16be', mark: [0xfe, 0xff] },
] as const;

/**
 * Decodes a text file. A byte order mark, as editors and shells on Windows write it, selects UTF-8 or UTF-16. Without
 * a mark, the file is UTF-8. The mark is not part of the text.
 *
 * @param file prefix of the error message
 * @throws DataError `DATA_FORMAT` if the bytes are not valid in that encoding
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  const found = MARKS.find(({ mark }) => mark.every((byte, i) => bytes[i] === byte));
  const encoding = found?.encoding ?? 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DataError(
      'DATA_FORMAT',
      `${file}: not ${encoding.toUpperCase()} text; expected UTF-8. Save it as UTF-8.`,
      {
        file,
        cause,
      },
    );
  }
}
