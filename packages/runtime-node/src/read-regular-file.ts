import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { bundleError } from '@isonoise/bundle';

/**
 * Reads a file, and only a file: a pipe without a writer would never end, a device might never stop, and opening one can
 * do something.
 *
 * @param mostBytes where its length is promised elsewhere: a longer file is refused before it is read
 * @returns its bytes, in a buffer of their own
 * @throws `BUNDLE_FILE_INVALID` it is not a regular file, or too long; errors of `node:fs` as they are
 */
export async function readRegularFile(
  path: string,
  mostBytes: number = Number.POSITIVE_INFINITY,
): Promise<Uint8Array<ArrayBuffer>> {
  requireFile(path, await stat(path));
  // Without O_NONBLOCK, opening a pipe that took the file's place in the meantime would wait for a writer.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = await file.stat();
    requireFile(path, found);
    if (found.size > mostBytes) {
      throw bundleError(
        'BUNDLE_FILE_INVALID',
        `read ${path}: it holds ${found.size} bytes; expected at most ${mostBytes}. Get the file again.`,
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
  throw bundleError('BUNDLE_FILE_INVALID', `read ${path}: found ${kind}; expected a regular file.`);
}
