import { plural } from '@isonoise/error';
import { DataError } from './errors.ts';

const BLOCK = 512;
/**
 * Maximum number of entries in an archive, as a protection against millions of empty entries. CIFAR-10's archive has
 * 8 entries.
 */
const MAX_ENTRIES = 10_000;

const decoder = new TextDecoder();

/**
 * Reads the plain files of an uncompressed tar archive (POSIX ustar, and GNU tar with short names), by path. Paths
 * that point outside the archive are harmless, because nothing is written to disk.
 *
 * @param archiveName prefix of every error message.
 * @returns the files, as views of `bytes`
 * @throws DataError `DATA_FORMAT`, `DATA_TRUNCATED`, `DATA_LIMIT`.
 * Source: POSIX.1-2017, pax, "ustar Interchange Format".
 */
export function readTar(bytes: Uint8Array, archiveName: string): ReadonlyMap<string, Uint8Array> {
  const file = { file: archiveName };
  const files = new Map<string, Uint8Array>();
  for (let at = 0, entries = 0; ; entries++) {
    if (at + BLOCK > bytes.length)
      throw new DataError(
        'DATA_TRUNCATED',
        `${archiveName}: the tar archive is cut off at byte ${bytes.length}; expected a complete archive. Get it again.`,
        file,
      );
    const header = bytes.subarray(at, at + BLOCK);
    // A zero block ends the archive.
    if (header.every((byte) => byte === 0)) return files;
    if (entries === MAX_ENTRIES)
      throw new DataError(
        'DATA_LIMIT',
        `${archiveName}: the tar archive has too many entries; expected at most ${MAX_ENTRIES}. Get it again.`,
        file,
      );
    const size = octal(header, 124, 12);
    if (octal(header, 148, 8) !== checksum(header) || Number.isNaN(size))
      throw new DataError(
        'DATA_FORMAT',
        `${archiveName}: byte ${at} does not start a tar header; expected a tar archive. Get it again.`,
        file,
      );
    const start = at + BLOCK;
    const name = text(header, 0, 100);
    if (start + size > bytes.length)
      throw new DataError(
        'DATA_TRUNCATED',
        `${archiveName}: the tar archive is cut off in ${name}, after ${bytes.length - start} of ${plural(size, 'byte')}; expected a ` +
          'complete archive. Get it again.',
        file,
      );
    // Type '0' or NUL is a plain file. Skip folders, links and extended headers.
    const type = header[156];
    const prefix = text(header, 257, 5) === 'ustar' && header[262] === 0 ? text(header, 345, 155) : '';
    if (type === 0x30 || type === 0)
      files.set(prefix === '' ? name : `${prefix}/${name}`, bytes.subarray(start, start + size));
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
}

function text(header: Uint8Array, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}

/** Reads an octal number that ends with NUL or space. Returns NaN for anything else. */
function octal(header: Uint8Array, at: number, length: number): number {
  const digits = text(header, at, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

/** Sums the bytes of a header. The checksum field counts as spaces. */
function checksum(header: Uint8Array): number {
  return header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 0x20 : byte), 0);
}
