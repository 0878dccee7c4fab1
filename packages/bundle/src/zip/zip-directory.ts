import { plural } from '@isonoise/error';
import { bundleError } from '../errors.ts';
import { isBundlePath } from '../files.ts';

// Signatures of the central directory at the end of an archive, and of its end records. Source: PKWARE's APPNOTE.TXT,
// sections 4.3.12 to 4.3.16 and 4.5.3.
const DIRECTORY_ENTRY = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY_BYTES = 46;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const END_64_BYTES = 56;
/** Maximum length of the comment after the last record. */
const MAX_COMMENT = 0xffff;
/** Value of a 32-bit field if its actual value is in the zip64 extra field. */
const IN_EXTRA_64 = 0xffffffff;
const EXTRA_64 = 1;
const UTF8_NAME = 0x800;

/** Limits of an archive's directory, checked before anything is unpacked. */
export type ZipLimits = Readonly<Record<'files' | 'fileBytes' | 'bytes' | 'ratio', number>>;

/** Limits of the archive of a bundle. */
export const ZIP_LIMITS: ZipLimits = Object.freeze({
  files: 1000,
  /** Unpacked bytes of one file. Protobuf limits model files to 2 GiB. */
  fileBytes: 2 ** 31,
  /** Unpacked bytes of all files together. */
  bytes: 2 ** 32,
  /** Unpacked ÷ packed bytes of all files together. The ratio is near 1 for weights, and reaches 1000 in a zip bomb. */
  ratio: 200,
});
/** Maximum size of the directory in bytes. It is enough for a thousand files with long names. */
const MAX_DIRECTORY = 2 ** 24;

const WHOLE_ZIP = "a whole .zip of a model's folder";

/** Access to the bytes of an archive. */
export interface ZipArchive {
  readonly size: number;
  /** Reads bytes `start` to `end` (exclusive). */
  read(start: number, end: number): Promise<Uint8Array>;
  /** Name of the archive, for errors. */
  readonly description: string;
  /** Description of the expected file, for errors. Default: a whole .zip of a model's folder. */
  readonly expected?: string | undefined;
}

/** A file of an archive, as the directory describes it. */
export interface ZipEntry {
  /** Path with forward slashes. */
  readonly path: string;
  readonly flags: number;
  readonly method: number;
  /** CRC-32 of the unpacked file. */
  readonly crc32: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Offset of the local header. */
  readonly start: number;
}

/**
 * Reads the directory of a zip archive.
 *
 * @returns the files by path, without folders
 * @throws `BUNDLE_FILE_INVALID` if it is not a zip archive, its directory is damaged, it exceeds the limits, or a
 *   path points outside or occurs twice
 */
export async function readZipDirectory(
  archive: ZipArchive,
  limits: ZipLimits = ZIP_LIMITS,
): Promise<ReadonlyMap<string, ZipEntry>> {
  const { size } = archive;
  const fail: Fail = (found, refusal) => failZip(archive, found, refusal);
  const from = Math.max(0, size - END_BYTES - MAX_COMMENT - LOCATOR_BYTES);
  const { start, length, count } = await findDirectory(view(await archive.read(from, size)), archive);
  if (!(start + length <= size))
    fail(`its directory ends at byte ${start + length}`, { expected: `at most ${size}, its own length` });
  if (length > MAX_DIRECTORY)
    fail(`its directory has ${plural(length, 'byte')}`, {
      expected: `at most ${MAX_DIRECTORY}`,
      ...WRONG_FILE,
    });
  const directory = await archive.read(start, start + length);
  const files = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    const { entry, next } = readEntry(directory, at, fail);
    at = next;
    // Skip folders.
    if (entry.path.endsWith('/')) continue;
    const path = JSON.stringify(entry.path);
    if (!isBundlePath(entry.path))
      fail(`the path ${path} points outside it`, {
        expected: 'relative paths without "..", ":" or empty parts',
        ...PACK_AGAIN,
      });
    if (files.has(entry.path))
      fail(`the path ${path} occurs twice`, { expected: 'each path once', ...PACK_AGAIN });
    if (files.size === limits.files)
      fail(`it has more than ${plural(limits.files, 'file')}`, {
        expected: `at most ${limits.files}`,
        ...WRONG_FILE,
      });
    files.set(entry.path, entry);
  }
  if (at !== length)
    fail(`the ${plural(count, 'entry', 'entries')} of its directory take ${plural(at, 'byte')}`, {
      expected: `${length}, as the end of the archive states`,
    });
  checkSizes([...files.values()], size, limits, fail);
  return files;
}

function checkSizes(entries: readonly ZipEntry[], packed: number, limits: ZipLimits, fail: Fail): void {
  for (const { path, bytes } of entries) {
    if (bytes > limits.fileBytes)
      fail(`${path} unpacks to ${plural(bytes, 'byte')}`, {
        expected: `at most ${limits.fileBytes}`,
        ...WRONG_FILE,
      });
  }
  const unpacked = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  const max = Math.min(limits.bytes, limits.ratio * packed);
  if (unpacked > max)
    fail(`it unpacks to ${plural(unpacked, 'byte')}`, {
      expected: `at most ${Math.floor(max)} from ${plural(packed, 'byte')}`,
      ...WRONG_FILE,
    });
}

function readEntry(
  directory: Uint8Array,
  at: number,
  fail: Fail,
): { readonly entry: ZipEntry; readonly next: number } {
  const fields = view(directory);
  if (at + ENTRY_BYTES > directory.length || fields.getUint32(at, true) !== DIRECTORY_ENTRY)
    fail(`byte ${at} of its directory does not begin an entry`);
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
    return large.shift() ?? fail(`a 64-bit length of ${text} is missing`);
  };
  // Read the fields in their order in the zip64 extra field.
  const bytes = wide64(u32(24));
  const packedBytes = wide64(u32(20));
  const start = wide64(u32(42));
  // Windows PowerShell 5 writes backslashes, and bsdtar writes a leading `./`.
  const path = text.replaceAll('\\', '/').replace(/^(\.\/)+(?=.)/, '');
  return { entry: { path, flags, method: u16(10), crc32: u32(16), packedBytes, bytes, start }, next };
}

/** Reads the 64-bit values of an entry's zip64 extra field. */
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
  /** Number of entries. */
  readonly count: number;
}

async function findDirectory(tail: DataView, archive: ZipArchive): Promise<DirectoryPlace> {
  const fail: Fail = (found) => failZip(archive, found);
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

/** Reads a 64-bit value. Values above 2⁵³ become inexact, but they fail the bounds check anyway. */
const wide = (at: DataView, offset: number): number => Number(at.getBigUint64(offset, true));

/** The parts of an error after its description of what was found. */
export interface ZipRefusal {
  /** What was expected. Default: `expected` of the archive. */
  readonly expected?: string;
  /** What to do, without a final period. Default: get the archive again. */
  readonly advice?: string;
  readonly cause?: unknown;
}

/** Advice for archives that exceed a limit. */
export const WRONG_FILE: ZipRefusal = { advice: 'Check that this is the right file' };
/** Advice for archives that must be packed in a different way. */
export const PACK_AGAIN: ZipRefusal = { advice: 'Pack the files again' };

type Fail = (found: string, refusal?: ZipRefusal) => never;

/** Throws the error for a damaged or unsuitable archive. @throws `BUNDLE_FILE_INVALID` */
export function failZip(archive: ZipArchive, found: string, refusal: ZipRefusal = {}): never {
  const { expected = archive.expected ?? WHOLE_ZIP, advice = 'Get it again', cause } = refusal;
  throw bundleError(
    'BUNDLE_FILE_INVALID',
    `${archive.description}: ${found}; expected ${expected}. ${advice}.`,
    {
      cause,
    },
  );
}
