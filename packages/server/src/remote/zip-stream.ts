import { crc32 } from 'node:zlib';

// Signatures and sizes from PKWARE's APPNOTE.TXT, sections 4.3.7 to 4.3.16.
const LOCAL_FILE = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
/** Version 4.5, which has zip64. */
const VERSION = 45;
const UTF8_NAME = 0x800;
/** Date of all files, 1 January 1980, so that equal files give equal archives. */
const DATE = (1 << 5) | 1;
const EXTRA_64 = 1;
const [MOST_16, MOST_32] = [0xffff, 0xffffffff];

/** A file of an archive. */
export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Writes a zip archive while its files are made. It keeps one file and the names in memory. Files are stored without
 * compression, because PNG files are compressed already. Each file must be shorter than 4 GiB.
 */
export async function* zipOf(files: AsyncIterable<ZipFile>): AsyncGenerator<Uint8Array, void, undefined> {
  const directory: Uint8Array[] = [];
  let offset = 0;
  for await (const { name, bytes } of files) {
    const path = Buffer.from(name);
    const common = fields([
      [2, VERSION],
      [2, UTF8_NAME],
      [2, 0], // stored
      [2, 0], // time
      [2, DATE],
      [4, crc32(bytes)],
      [4, bytes.length],
      [4, bytes.length],
      [2, path.length],
    ]);
    const local = Buffer.concat([fields([[4, LOCAL_FILE]]), common, fields([[2, 0]]), path]);
    directory.push(directoryEntry(common, path, offset));
    offset += local.length + bytes.length;
    yield local;
    yield bytes;
  }
  for (const entry of directory) yield entry;
  yield end(
    directory.length,
    directory.reduce((sum, entry) => sum + entry.length, 0),
    offset,
  );
}

function directoryEntry(common: Buffer, path: Buffer, offset: number): Buffer {
  const isFar = offset >= MOST_32;
  const extra = isFar
    ? fields([
        [2, EXTRA_64],
        [2, 8],
        [8, offset],
      ])
    : Buffer.alloc(0);
  return Buffer.concat([
    fields([
      [4, DIRECTORY_ENTRY],
      [2, VERSION],
    ]),
    common,
    fields([
      [2, extra.length],
      [2, 0], // comment
      [2, 0], // disk
      [2, 0], // internal attributes
      [4, 0], // external attributes
      [4, isFar ? MOST_32 : offset],
    ]),
    path,
    extra,
  ]);
}

/** Encodes the records at the end. The records of zip64 are present only if they are needed. */
function end(count: number, length: number, offset: number): Buffer {
  const isLarge = count >= MOST_16 || length >= MOST_32 || offset >= MOST_32;
  const large = fields([
    [4, END_64],
    [8, 44], // length of the rest of this record
    [2, VERSION],
    [2, VERSION],
    [4, 0],
    [4, 0],
    [8, count],
    [8, count],
    [8, length],
    [8, offset],
    [4, LOCATOR_64],
    [4, 0],
    [8, offset + length],
    [4, 1], // disks
  ]);
  const [few, short, near] = isLarge ? [MOST_16, MOST_32, MOST_32] : [count, length, offset];
  const last = fields([
    [4, END],
    [2, 0],
    [2, 0],
    [2, few],
    [2, few],
    [4, short],
    [4, near],
    [2, 0], // comment
  ]);
  return isLarge ? Buffer.concat([large, last]) : last;
}

/** Encodes whole numbers in little-endian order, each with its number of bytes. */
function fields(list: readonly (readonly [bytes: 2 | 4 | 8, value: number])[]): Buffer {
  const buffer = Buffer.alloc(list.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of list) {
    if (bytes === 8) buffer.writeBigUInt64LE(BigInt(value), at);
    else buffer.writeUIntLE(value, at, bytes);
    at += bytes;
  }
  return buffer;
}
