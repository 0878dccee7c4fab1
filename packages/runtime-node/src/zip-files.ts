import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { type BundleFiles, zipFiles as filesOf } from '@isonoise/bundle';

const inflate = promisify(inflateRaw);

/**
 * Opens a zip archive of a bundle for reading. zlib's threads unpack the files.
 *
 * @param archive bytes of the zip; must not change while the files are in use
 * @param description name of the archive in error messages
 * @throws the errors of `zipFiles` of the package bundle
 */
export function zipFiles(
  archive: Uint8Array,
  description: string,
): Promise<Required<Omit<BundleFiles, 'write'>>> {
  return filesOf(
    {
      size: archive.length,
      read: async (start, end) => archive.subarray(start, end),
      description,
    },
    // Copy the bytes, because Node's small buffers are views of a shared buffer.
    async (packed, bytes) => new Uint8Array(await inflate(packed, { maxOutputLength: Math.max(1, bytes) })),
  );
}
