import { bundleError } from '../errors.ts';
import { isBundlePath } from '../files.ts';

// APPNOTE.TXT of PKWARE, sections 4.3.12 to 4.3.16 and 4.5.3: the directory at an archive's end, and the records that
// end it.
const DIRECTORY_ENTRY = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY_BYTES = 46;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const END_64_BYTES = 56;
/** A comment may follow the last record. */
const MAX_COMMENT = 0xffff;
/** What a field of 32 bits holds whose value stands in the extra field of large archives. */
const IN_EXTRA_64 = 0xffffffff;
const EXTRA_64 = 1;
const UTF8_NAME = 0x800;

/** What an archive may say of itself before anything in it is unpacked. */
export const ZIP_LIMITS: Readonly<Record<'files' | 'fileBytes' | 'bytes' | 'ratio', number>> = Object.freeze({
  files: 1000,
  /** Of one file, unpacked: protobuf, and so a model file, ends at 2 GiB. */
  fileBytes: 2 ** 31,
  /** Of all files together, unpacked. */
  bytes: 2 ** 32,
  /** Unpacked ÷ packed, of all files together. Weights hardly shrink; an archive made to fill memory reaches 1000. */
  ratio: 200,
});
/** Of a thousand files with long names; stops an archive from naming any amount of memory as its directory. */
const MAX_DIRECTORY = 2 ** 24;

/** The bytes of an archive, wherever they are. */
export interface ZipArchive {
  readonly size: number;
  /** Bytes `start` to `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
  /** Names it in errors. */
  readonly description: string;
}

/** A file of an archive, as the archive's directory describes it. */
export interface ZipEntry {
  /** With forward slashes. */
  readonly path: string;
  readonly flags: number;
  readonly method: number;
  /** CRC-32 of the file, unpacked. */
  readonly crc32: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Where its local header begins. */
  readonly start: number;
}

/**
 * The files of an archive by their path, without the entries of folders.
 *
 * @throws `BUNDLE_FILE_INVALID` not a zip archive, its directory is damaged, beyond {@link ZIP_LIMITS}, a path
 *   that leads out of it or is there twice
 */
export async function readZipDirectory(archive: ZipArchive): Promise<ReadonlyMap<string, ZipEntry>> {
  const { size } = archive;
  const fail: Fail = (problem) => failZip(archive, problem);
  const from = Math.max(0, size - END_BYTES - MAX_COMMENT - LOCATOR_BYTES);
  const { start, length, count } = await findDirectory(view(await archive.read(from, size)), archive);
  if (start + length > size || length > MAX_DIRECTORY) fail('its directory lies outside of it');
  const directory = await archive.read(start, start + length);
  const files = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    const { entry, next } = readEntry(directory, at, fail);
    at = next;
    // Folders have entries of their own.
    if (entry.path.endsWith('/')) continue;
    const path = JSON.stringify(entry.path);
    if (!isBundlePath(entry.path)) fail(`the path ${path} leads out of it`);
    if (files.has(entry.path)) fail(`the path ${path} is there twice`);
    if (files.size === ZIP_LIMITS.files) fail(`it holds more than ${ZIP_LIMITS.files} files`);
    files.set(entry.path, entry);
  }
  if (at !== length) fail(`its directory has ${length} bytes, its ${count} entries ${at}`);
  checkSizes([...files.values()], size, fail);
  return files;
}

function checkSizes(entries: readonly ZipEntry[], packed: number, fail: Fail): void {
  for (const { path, bytes } of entries) {
    if (bytes > ZIP_LIMITS.fileBytes)
      fail(`${path} unpacks to ${bytes} bytes, more than ${ZIP_LIMITS.fileBytes}`);
  }
  const unpacked = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  const most = Math.min(ZIP_LIMITS.bytes, ZIP_LIMITS.ratio * packed);
  if (unpacked > most) fail(`it unpacks to ${unpacked} bytes, more than ${most}`);
}

function readEntry(
  directory: Uint8Array,
  at: number,
  fail: Fail,
): { readonly entry: ZipEntry; readonly next: number } {
  const fields = view(directory);
  if (at + ENTRY_BYTES > directory.length || fields.getUint32(at, true) !== DIRECTORY_ENTRY)
    fail(`byte ${at} of its directory is not an entry`);
  const u16 = (offset: number): number => fields.getUint16(at + offset, true);
  const u32 = (offset: number): number => fields.getUint32(at + offset, true);
  const nameEnd = at + ENTRY_BYTES + u16(28);
  const extraEnd = nameEnd + u16(30);
  const next = extraEnd + u16(32);
  if (next > directory.length) fail(`the entry at byte ${at} of its directory is cut off`);
  const flags = u16(8);
  const name = directory.subarray(at + ENTRY_BYTES, nameEnd);
  const text = (flags & UTF8_NAME) !== 0 ? new TextDecoder().decode(name) : String.fromCharCode(...name);
  const large = extra64(view(directory.subarray(nameEnd, extraEnd)));
  const wide64 = (value: number): number => {
    if (value !== IN_EXTRA_64) return value;
    return large.shift() ?? fail(`a length of ${text} is missing`);
  };
  // In the order in which the extra field has them.
  const bytes = wide64(u32(24));
  const packedBytes = wide64(u32(20));
  const start = wide64(u32(42));
  // Windows PowerShell 5 writes backslashes, bsdtar the folder that it was given.
  const path = text.replaceAll('\\', '/').replace(/^(\.\/)+(?=.)/, '');
  return { entry: { path, flags, method: u16(10), crc32: u32(16), packedBytes, bytes, start }, next };
}

/** The lengths of 64 bits that an entry's extra fields hold. */
function extra64(fields: DataView): number[] {
  for (let at = 0; at + 4 <= fields.byteLength; at += 4 + fields.getUint16(at + 2, true)) {
    if (fields.getUint16(at, true) !== EXTRA_64) continue;
    const length = Math.min(fields.getUint16(at + 2, true), fields.byteLength - at - 4);
    return Array.from({ length: Math.floor(length / 8) }, (_, i) => wide(fields, at + 4 + 8 * i));
  }
  return [];
}

interface DirectoryPlace {
  readonly start: number;
  readonly length: number;
  /** Of entries. */
  readonly count: number;
}

async function findDirectory(tail: DataView, archive: ZipArchive): Promise<DirectoryPlace> {
  const fail: Fail = (problem) => failZip(archive, problem);
  for (let at = tail.byteLength - END_BYTES; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END) continue;
    const locator = at - LOCATOR_BYTES;
    if (locator >= 0 && tail.getUint32(locator, true) === LOCATOR_64) {
      const place = wide(tail, locator + 8);
      const end = view(await archive.read(place, place + END_64_BYTES));
      if (end.byteLength < END_64_BYTES || end.getUint32(0, true) !== END_64)
        fail('its directory is damaged');
      return { start: wide(end, 48), length: wide(end, 40), count: wide(end, 32) };
    }
    return {
      start: tail.getUint32(at + 16, true),
      length: tail.getUint32(at + 12, true),
      count: tail.getUint16(at + 10, true),
    };
  }
  return fail('it has no directory at its end');
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A length of 64 bits; beyond 2⁵³ it is not a place in a file and fails the check of its bounds. */
const wide = (at: DataView, offset: number): number => Number(at.getBigUint64(offset, true));

type Fail = (problem: string) => never;

/** @throws `BUNDLE_FILE_INVALID` */
export function failZip({ description }: ZipArchive, problem: string, cause?: unknown): never {
  throw bundleError(
    'BUNDLE_FILE_INVALID',
    `${description}: ${problem}; expected a .zip of a model's folder. Get it again.`,
    { cause },
  );
}
