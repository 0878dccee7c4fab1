import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { bundleError } from '@isonoise/bundle';
import { plural } from '@isonoise/error';

/** Maximum length of a file that Node reads at once. Protobuf has the same limit. */
const MAX_BYTES = 2 ** 31 - 1;

/**
 * Reads a regular file. Rejects pipes and devices, because a read might never end, and opening a device can have side
 * effects.
 *
 * @param mostBytes maximum length; a longer file is rejected before it is read. Default and maximum: 2 GiB − 1, the
 *   limit of Node
 * @param shown the path in errors; `path` by default
 * @returns the bytes, as a `Uint8Array` instead of a `Buffer`
 * @throws `BUNDLE_FILE_INVALID` if it is too long or not a regular file; errors of `node:fs`
 */
export async function readRegularFile(
  path: string,
  mostBytes: number = MAX_BYTES,
  shown: string = path,
): Promise<Uint8Array<ArrayBuffer>> {
  requireFile(shown, await stat(path));
  // O_NONBLOCK: if a pipe has replaced the file in the meantime, opening it does not wait for a writer.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = await file.stat();
    requireFile(shown, found);
    const most = Math.min(mostBytes, MAX_BYTES);
    if (found.size > most) {
      throw bundleError(
        'BUNDLE_FILE_INVALID',
        `read ${shown}: the file has ${plural(found.size, 'byte')}; expected at most ${most}. Check that this is the right file.`,
      );
    }
    const bytes = await file.readFile();
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  } finally {
    await file.close();
  }
}

function requireFile(path: string, found: { isFile(): boolean; isDirectory(): boolean }): void {
  if (found.isFile()) return;
  const kind = found.isDirectory() ? 'a folder' : 'a pipe, a socket or a device';
  throw bundleError(
    'BUNDLE_FILE_INVALID',
    `read ${path}: found ${kind}; expected a regular file. Check the path.`,
  );
}
