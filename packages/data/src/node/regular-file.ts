import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { DataError } from '../errors.ts';

/**
 * Opens a regular file for reading. Refuses other kinds of files, because opening a FIFO waits for a writer, and a
 * device may be endless.
 *
 * @throws DataError `DATA_NOT_FOUND` if the file does not exist or cannot be read; `DATA_FORMAT` if it is not a regular
 *   file
 */
export async function openRegularFile(
  path: string,
): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  try {
    requireRegular(path, await stat(path));
    // The path may name a different file by now, so repeat the check after opening. With O_NONBLOCK, opening a FIFO
    // does not wait.
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const found = await handle.stat();
      requireRegular(path, found);
      return { handle, size: found.size };
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      'DATA_NOT_FOUND',
      `${path}: cannot be read (${reason}); expected a readable file. Check the path and the permissions.`,
      { file: path, cause },
    );
  }
}

/**
 * Returns whether `path` is a regular file.
 *
 * @throws DataError `DATA_FORMAT` if it exists but is neither a file nor a folder
 */
export async function isRegularFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isDirectory()) return false;
  requireRegular(path, found);
  return true;
}

const KINDS: readonly (readonly [is: (found: Stats) => boolean, name: string])[] = [
  [(found) => found.isDirectory(), 'a folder'],
  [(found) => found.isFIFO(), 'a named pipe (FIFO)'],
  [(found) => found.isSocket(), 'a socket'],
  [(found) => found.isCharacterDevice() || found.isBlockDevice(), 'a device'],
];

/** Requires a regular file. @throws DataError `DATA_FORMAT` if the file is of a different kind */
function requireRegular(path: string, found: Stats): void {
  if (found.isFile()) return;
  const kind = KINDS.find(([is]) => is(found))?.[1] ?? 'not a regular file';
  throw new DataError(
    'DATA_FORMAT',
    `${path}: is ${kind}; expected a regular file. Remove it, or give a different path.`,
    { file: path },
  );
}
