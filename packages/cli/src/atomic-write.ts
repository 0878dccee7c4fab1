import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive } from './process-identity.ts';
import { writing } from './write-error.ts';

/**
 * Matches the temporary files of {@link atomicWrite}. The owner of a folder may remove files left by a crash.
 */
export const TEMPORARY: RegExp = /^\.[^/]+\.\d+\.tmp$/;

/**
 * Writes a file so that a crash at any moment leaves either the whole old file or the whole new one. It
 * writes a temporary file beside the target, calls fsync on it, renames it, and calls fsync on the folder.
 * When the promise resolves, the new file is on the disk. A link is kept, and the file that it points to is
 * replaced. A pipe is replaced, because writing to it would wait for a reader.
 *
 * @throws WriteError `CLI_WRITE_FAILED` naming the file, after the temporary file was removed
 */
export function atomicWrite(path: string, data: Uint8Array | string): Promise<void> {
  return writing(path, () => writeWhole(path, data));
}

/**
 * Writes a file that the user named: like {@link atomicWrite}, but writes into a pipe
 * instead of replacing it.
 *
 * @throws WriteError `CLI_WRITE_FAILED`
 */
export async function writeOutput(path: string, data: Uint8Array | string): Promise<void> {
  const isPipe = (await stat(path).catch(() => null))?.isFIFO() === true;
  await (isPipe ? writing(path, () => writeFile(path, data)) : atomicWrite(path, data));
}

async function writeWhole(path: string, data: Uint8Array | string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null || found.isFile() || found.isDirectory() || found.isFIFO()) {
    await replaceFile(found === null ? path : await realpath(path), data);
  } else {
    // A device such as /dev/null is written to, because a rename would replace it.
    await writeFile(path, data);
  }
}

async function replaceFile(path: string, data: Uint8Array | string): Promise<void> {
  await clearLeftovers(path);
  const temporary = join(dirname(path), `${temporaryPrefix(path)}${process.pid}.tmp`);
  try {
    await withFile(await open(temporary, 'w'), async (file) => {
      await file.writeFile(data);
      await file.sync();
    });
    await rename(temporary, path);
  } catch (error) {
    // On a disk that became read-only, the removal fails too; the first error is more useful.
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Replaces a long name by its hash, because the prefix could make the name too long for file systems. */
function temporaryPrefix(path: string): string {
  const name = basename(path);
  const isLong = Buffer.byteLength(name) > 200;
  return `.${isLong ? createHash('sha256').update(name).digest('hex') : name}.`;
}

/** Removes temporary files of this file left by killed processes. */
async function clearLeftovers(path: string): Promise<void> {
  const prefix = temporaryPrefix(path);
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(prefix)) continue;
    const [, pid] = /^(\d+)\.tmp$/.exec(name.slice(prefix.length)) ?? [];
    if (pid === undefined || (await isAlive({ pid: Number(pid), started: null }))) continue;
    await rm(join(dirname(path), name), { force: true });
  }
}

/** Makes renames and removals in a folder durable. Windows does that by itself, and cannot open a folder. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  await withFile(await open(path, 'r'), (folder) => folder.sync());
}

async function withFile(file: FileHandle, use: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await use(file);
  } finally {
    await file.close();
  }
}
