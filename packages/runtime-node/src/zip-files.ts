import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { type BundleFiles, zipFiles as filesOf } from '@isonoise/bundle';

const inflate = promisify(inflateRaw);

/**
 * A zip archive as the files of a bundle, unpacked in zlib's threads.
 *
 * @param archive the bytes of the zip; kept
 * @param description what a user calls it, for error messages
 * @throws IsonoiseError as `zipFiles` of package bundle
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
    // A copy: a small buffer of Node's is a part of one that is shared.
    async (packed, bytes) => new Uint8Array(await inflate(packed, { maxOutputLength: Math.max(1, bytes) })),
  );
}
