import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive } from './process-identity.ts';
import { writing } from './write-error.ts';

/** How the temporary files of {@link atomicWrite} are named; whoever owns a folder may remove those left by a crash. */
export const TEMPORARY: RegExp = /^\.[^/]+\.\d+\.tmp$/;

/**
 * Writes a file so that a crash at any moment leaves the old one or the new one, whole: a temporary file beside it,
 * fsync, rename, fsync of the folder. Once it resolves the new file is on the disk. A link stays one: what it points to
 * is replaced. So is a pipe: writing to one would wait for a reader.
 *
 * @throws WriteError `CLI_WRITE_FAILED` naming the file; the temporary file is removed
 */
export function atomicWrite(path: string, data: Uint8Array | string): Promise<void> {
  return writing(path, () => writeWhole(path, data));
}

/**
 * Writes a file that the user named: as {@link atomicWrite}, but a pipe is written to.
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
    // A device, `--out /dev/null`: it is written to, for a file renamed to its name would take its place.
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
    // On a disk that has become read-only this fails too; the first error says more.
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Of a long name its hash: with the rest it would be longer than a file system takes. */
function temporaryPrefix(path: string): string {
  const name = basename(path);
  const isLong = Buffer.byteLength(name) > 200;
  return `.${isLong ? createHash('sha256').update(name).digest('hex') : name}.`;
}

/** Removes temporary files of this file that processes left when they were killed. */
async function clearLeftovers(path: string): Promise<void> {
  const prefix = temporaryPrefix(path);
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(prefix)) continue;
    const [, pid] = /^(\d+)\.tmp$/.exec(name.slice(prefix.length)) ?? [];
    if (pid === undefined || (await isAlive({ pid: Number(pid), started: null }))) continue;
    await rm(join(dirname(path), name), { force: true });
  }
}

/** Makes renames and removals in a folder durable; Windows does that by itself and cannot open a folder. */
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
