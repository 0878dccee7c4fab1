import { plural } from '@isonoise/error';
import { crc32 } from './crc32.ts';
import { pictureError } from './errors.ts';
import { readPngParts } from './png-chunks.ts';

/** Number of bytes in a chunk before its content (length and type) and after it (the checksum). */
const [BEFORE, AFTER] = [8, 4];

/**
 * Reads a text of a PNG file (chunk `tEXt`), as {@link encodePng} writes it. Does not decode the pixels.
 *
 * @param keyword keyword of the text
 * @param most maximum length of the text in characters
 * @returns the text; undefined if the file has no such text
 * @throws `PICTURE_PNG_MALFORMED` if the file is not a PNG, the text is damaged or longer than `most`, or the keyword
 *   occurs several times
 */
export function readPngText(file: Uint8Array, keyword: string, most: number): string | undefined {
  const head = Uint8Array.from([...keyword, '\0'], (letter) => letter.charCodeAt(0));
  const found = readPngParts(file, 'readPngText').chunks.filter(({ type, start }) => {
    if (type !== 'tEXt') return false;
    return head.every((byte, i) => file[start + BEFORE + i] === byte);
  });
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  if (others.length > 0)
    fail(
      `the file has ${plural(found.length, 'text')} "${keyword}"; expected one. Use a file that has it once.`,
    );
  const content = file.subarray(first.start + BEFORE + head.length, first.end - AFTER);
  if (content.length > most)
    fail(
      `the file has a text "${keyword}" of ${plural(content.length, 'character')}; expected at most ${most}. Check that it is the right file.`,
    );
  const checksum = new DataView(file.buffer, file.byteOffset + first.end - AFTER, AFTER).getUint32(0);
  if (checksum !== crc32(file.subarray(first.start + 4, first.end - AFTER)))
    fail(`the checksum of the text "${keyword}" is wrong; expected an undamaged file. Get the file again.`);
  let text = '';
  // Convert the bytes in pieces, because the number of arguments of a call is limited.
  for (let at = 0; at < content.length; at += 8192)
    text += String.fromCharCode(...content.subarray(at, at + 8192));
  return text;
}

function fail(problem: string): never {
  throw pictureError('PICTURE_PNG_MALFORMED', `readPngText: ${problem}`);
}
