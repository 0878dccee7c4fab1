import { crc32 } from './crc32.ts';
import { BundleError } from './error.ts';

// APPNOTE.TXT of PKWARE, sections 4.3.12 to 4.3.16: the directory at an archive's end, and the record that ends it.
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
/** Of a thousand files with long names; stops an archive from naming any amount of memory as its directory. */
const MAX_DIRECTORY = 2 ** 24;

/** Bytes `start` to `end` of an archive. */
export type ReadRange = (start: number, end: number) => Promise<Uint8Array>;

/** CRC-32 of each file of an archive, unpacked, by its name; folders too. */
export type ZipChecksums = ReadonlyMap<string, number>;

/**
 * The checksums that an archive's directory holds: libraries that unpack do not all compare them.
 *
 * @param size of the archive, bytes
 * @param description names the archive in errors
 * @throws BundleError `BUNDLE_FILE_INVALID` not a zip archive, or its directory is damaged
 */
export async function readZipChecksums(
  size: number,
  read: ReadRange,
  description: string,
): Promise<ZipChecksums> {
  const fail: Fail = failing(description);
  const from = Math.max(0, size - END_BYTES - MAX_COMMENT - LOCATOR_BYTES);
  const [start, length] = await findDirectory(view(await read(from, size)), read, fail);
  if (start + length > size || length > MAX_DIRECTORY) fail('its directory lies outside of it');
  const bytes = await read(start, start + length);
  const directory = view(bytes);
  const checksums = new Map<string, number>();
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; ) {
    if (directory.getUint32(at, true) !== DIRECTORY_ENTRY)
      fail(`byte ${at} of its directory is not an entry`);
    const [name, extra, comment] = [28, 30, 32].map((offset) => directory.getUint16(at + offset, true)) as [
      number,
      number,
      number,
    ];
    const isUtf8 = (directory.getUint16(at + 8, true) & 0x800) !== 0;
    const nameBytes = bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + name);
    const text = isUtf8 ? new TextDecoder().decode(nameBytes) : String.fromCharCode(...nameBytes);
    checksums.set(text, directory.getUint32(at + 16, true));
    at += ENTRY_BYTES + name + extra + comment;
  }
  return checksums;
}

/** @throws BundleError `BUNDLE_FILE_INVALID` a file that was unpacked is not the one that was packed */
export function checkZipChecksum(
  checksums: ZipChecksums,
  name: string,
  unpacked: Uint8Array,
  description: string,
): void {
  const expected = checksums.get(name);
  const got = crc32(unpacked);
  if (got === expected) return;
  const hex = (crc: number | undefined): string => crc?.toString(16).padStart(8, '0') ?? 'none';
  failing(description)(`CRC-32 of ${name} is ${hex(got)}, its directory says ${hex(expected)}`);
}

/** Where the directory begins, and how long it is. */
async function findDirectory(
  tail: DataView,
  read: ReadRange,
  fail: Fail,
): Promise<readonly [number, number]> {
  for (let at = tail.byteLength - END_BYTES; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END) continue;
    const locator = at - LOCATOR_BYTES;
    if (locator >= 0 && tail.getUint32(locator, true) === LOCATOR_64) {
      const place = wide(tail, locator + 8);
      const end = view(await read(place, place + END_64_BYTES));
      if (end.byteLength < END_64_BYTES || end.getUint32(0, true) !== END_64)
        fail('its directory is damaged');
      return [wide(end, 48), wide(end, 40)];
    }
    return [tail.getUint32(at + 16, true), tail.getUint32(at + 12, true)];
  }
  return fail('it has no directory at its end');
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A length of 64 bits; beyond 2⁵³ it is no place in a file and fails the check of its bounds. */
const wide = (at: DataView, offset: number): number => Number(at.getBigUint64(offset, true));

type Fail = (problem: string) => never;

const failing =
  (description: string): Fail =>
  (problem) => {
    throw new BundleError(
      'BUNDLE_FILE_INVALID',
      `${description} is damaged: ${problem}; expected a .zip of a model's folder. Get it again.`,
    );
  };
