import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { DataError } from '../errors.ts';

/**
 * Opens a regular file for reading. A FIFO would make the reader wait for a writer, a device may have no end.
 *
 * @throws DataError `DATA_NOT_FOUND` where it cannot be read; `DATA_FORMAT` where it is something else than a file
 */
export async function openRegularFile(
  path: string,
): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  try {
    requireRegular(path, await stat(path));
    // Asked again of what was opened: the path may name something else by now. Without waiting, for the same reason.
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
    throw new DataError('DATA_NOT_FOUND', `${path}: cannot be read (${reason})`, { file: path, cause });
  }
}

/**
 * Whether there is a regular file.
 *
 * @throws DataError `DATA_FORMAT` where something else has this name, other than a folder
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

/** @throws DataError `DATA_FORMAT` */
function requireRegular(path: string, found: Stats): void {
  if (found.isFile()) return;
  const kind = KINDS.find(([is]) => is(found))?.[1] ?? 'something else';
  throw new DataError('DATA_FORMAT', `${path}: is ${kind}; expected a regular file`, { file: path });
}
