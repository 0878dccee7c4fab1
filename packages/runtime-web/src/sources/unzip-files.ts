import { BundleError, checkZipChecksum, readZipChecksums } from '@isonoise/bundle';
import { Unzip, UnzipInflate } from 'fflate';

/** As protobuf, and so a model file, ends at 2 GiB; stops an archive that unpacks to more than the memory holds. */
const MAX_UNPACKED_BYTES = 2 ** 31;

/**
 * Files of a zip archive, unpacked piece by piece so that the page goes on meanwhile, and compared with their CRC-32.
 *
 * @param wanted ends of the paths to unpack; what else is inside is passed over
 * @param description names the archive in errors
 * @returns contents by path
 * @throws BundleError `BUNDLE_FILE_INVALID` not a zip archive, damaged, or too large
 */
export async function unzipFiles(
  archive: Blob,
  wanted: readonly string[],
  description = 'the archive',
): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const parts = new Map<string, Uint8Array[]>();
  let total = 0;
  const unzip = new Unzip((entry) => {
    if (!wanted.some((path) => entry.name === path || entry.name.endsWith(`/${path}`))) return;
    const chunks: Uint8Array[] = [];
    parts.set(entry.name, chunks);
    entry.ondata = (error, chunk) => {
      if (error) throw error;
      total += chunk.length;
      if (total > MAX_UNPACKED_BYTES)
        throw new RangeError(`it unpacks to more than ${MAX_UNPACKED_BYTES} bytes`);
      chunks.push(chunk);
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  try {
    const reader = archive.stream().getReader();
    for (;;) {
      const { done, value } = await reader.read();
      unzip.push(value ?? new Uint8Array(), done);
      if (done) break;
    }
  } catch (cause) {
    throw new BundleError(
      'BUNDLE_FILE_INVALID',
      `${description} cannot be unpacked (${String(cause)}); wanted a .zip of a bundle's folder.`,
      { cause },
    );
  }
  const read = async (start: number, end: number): Promise<Uint8Array> =>
    new Uint8Array(await archive.slice(start, end).arrayBuffer());
  const checksums = await readZipChecksums(archive.size, read, description);
  return new Map(
    [...parts].map(([name, chunks]) => {
      const unpacked = concatenate(chunks);
      checkZipChecksum(checksums, name, unpacked, description);
      return [name, unpacked];
    }),
  );
}

function concatenate(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
