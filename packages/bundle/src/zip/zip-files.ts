import { plural } from '@isonoise/error';
import { bundleRoot } from '../bundle-root.ts';
import type { BundleFiles } from '../files.ts';
import { crc32 } from './crc32.ts';
import {
  failZip,
  PACK_AGAIN,
  readZipDirectory,
  WRONG_FILE,
  ZIP_LIMITS,
  type ZipArchive,
  type ZipEntry,
  type ZipLimits,
} from './zip-directory.ts';

/**
 * Unpacks a raw deflate stream. The platform implements this function.
 *
 * @param bytes expected length; the function must reject if the output is longer
 */
export type Inflate = (packed: Uint8Array, bytes: number) => Promise<Uint8Array>;

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;

/**
 * Opens a bundle in a zip archive, at its root or in a folder. Reading a file unpacks it and checks its CRC-32.
 *
 * @throws `BUNDLE_FILE_INVALID` as `readZipDirectory`; `read` rejects with the same code if a file is damaged,
 *   encrypted or not compressed by deflate
 * @throws `BUNDLE_FILE_MISSING` as `bundleRoot`
 */
export async function zipFiles(
  archive: ZipArchive,
  inflate: Inflate,
): Promise<Required<Omit<BundleFiles, 'write'>>> {
  const files = await zipEntries(archive, inflate);
  const { description } = archive;
  const root = bundleRoot(files.paths, description);
  return {
    description,
    read: (path, mostBytes) => files.read(root + path, mostBytes),
    list: async () =>
      files.paths.filter((path) => path.startsWith(root)).map((path) => path.slice(root.length)),
  };
}

/** The files of a zip archive. */
export interface ZipEntries {
  readonly paths: readonly string[];
  /** Unpacks a file and checks its CRC-32. Rejects if the file does not exist or is longer than `mostBytes`. */
  read(path: string, mostBytes?: number): Promise<Uint8Array>;
}

/**
 * Opens any zip archive.
 *
 * @throws `BUNDLE_FILE_INVALID` as {@link zipFiles}
 */
export async function zipEntries(
  archive: ZipArchive,
  inflate: Inflate,
  limits: ZipLimits = ZIP_LIMITS,
): Promise<ZipEntries> {
  const entries = await readZipDirectory(archive, limits);
  return {
    paths: [...entries.keys()],
    async read(path, mostBytes = Number.POSITIVE_INFINITY) {
      const entry = entries.get(path);
      if (entry === undefined) throw new Error(`no file ${path}`);
      if (entry.bytes > mostBytes)
        failZip(archive, `${path} unpacks to ${plural(entry.bytes, 'byte')}`, {
          expected: `at most ${mostBytes}`,
          ...WRONG_FILE,
        });
      return unpack(archive, entry, inflate);
    },
  };
}

/** Unpacks a file and checks its CRC-32. @returns the bytes, in a new buffer */
async function unpack(archive: ZipArchive, entry: ZipEntry, inflate: Inflate): Promise<Uint8Array> {
  const { path, flags, method, bytes } = entry;
  if ((flags & ENCRYPTED) !== 0)
    failZip(archive, `${path} is encrypted`, { expected: 'files without a password', ...PACK_AGAIN });
  const packed = await readPacked(archive, entry);
  const unpacked = await unpackBy(method, packed, bytes);
  if (unpacked.length !== bytes)
    failZip(archive, `${path} unpacks to ${plural(unpacked.length, 'byte')}`, {
      expected: `${bytes}, as in the directory`,
    });
  const got = crc32(unpacked);
  if (got !== entry.crc32)
    failZip(archive, `CRC-32 of ${path} is ${hex(got)}`, {
      expected: `${hex(entry.crc32)}, as in the directory`,
    });
  return unpacked;

  async function unpackBy(by: number, from: Uint8Array, length: number): Promise<Uint8Array> {
    if (by === STORED) return from.slice();
    if (by !== DEFLATED)
      return failZip(archive, `${path} is compressed by method ${by}`, {
        expected: 'deflate',
        ...PACK_AGAIN,
      });
    return inflate(from, length).catch((cause: unknown) =>
      failZip(archive, `${path} cannot be unpacked (${cause})`, {
        expected: `${plural(length, 'byte')}, as in the directory`,
        cause,
      }),
    );
  }
}

/** Reads the packed bytes of a file. The local header has its own name length and extra length. */
async function readPacked(archive: ZipArchive, { path, start, packedBytes }: ZipEntry): Promise<Uint8Array> {
  const header = await archive.read(start, start + LOCAL_HEADER_BYTES);
  const fields = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header.length < LOCAL_HEADER_BYTES || fields.getUint32(0, true) !== LOCAL_HEADER)
    failZip(archive, `byte ${start} does not begin ${path}`, { expected: 'its header, as in the directory' });
  const from = start + LOCAL_HEADER_BYTES + fields.getUint16(26, true) + fields.getUint16(28, true);
  const packed = await archive.read(from, from + packedBytes);
  if (packed.length < packedBytes)
    failZip(archive, `${path} ends after ${plural(packed.length, 'byte')}`, {
      expected: `${packedBytes}, as in the directory`,
    });
  return packed;
}

const hex = (crc: number): string => crc.toString(16).padStart(8, '0');
