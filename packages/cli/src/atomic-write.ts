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
 * Writes several files as {@link atomicWrite} does. All of them are on the disk under temporary names before the first
 * is renamed, so a failure leaves all old files, and only a crash between the renames leaves some old and some new ones.
 *
 * @param files contents by path; renamed in this order
 * @throws WriteError `CLI_WRITE_FAILED` naming the file
 */
export async function atomicWriteAll(files: ReadonlyMap<string, Uint8Array | string>): Promise<void> {
  const prepared: { readonly path: string; readonly file: PreparedFile }[] = [];
  try {
    for (const [path, data] of files) {
      const target = (await stat(path).catch(() => null)) === null ? path : await realpath(path);
      prepared.push({ path, file: await writing(path, () => prepare(target, data)) });
    }
    for (const { path, file } of prepared) await writing(path, () => file.commit());
  } finally {
    for (const { file } of prepared) await file.discard();
  }
  for (const folder of new Set(prepared.map(({ file }) => dirname(file.path)))) await syncFolder(folder);
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
  const file = await prepare(path, data);
  try {
    await file.commit();
  } finally {
    await file.discard();
  }
  await syncFolder(dirname(path));
}

/** A file on the disk under a temporary name. */
interface PreparedFile {
  /** Its final path. */
  readonly path: string;
  /** Renames it to its path. */
  commit(): Promise<void>;
  /** Removes the temporary file, if it was not renamed. */
  discard(): Promise<void>;
}

async function prepare(path: string, data: Uint8Array | string): Promise<PreparedFile> {
  await clearLeftovers(path);
  const temporary = join(dirname(path), `${temporaryPrefix(path)}${process.pid}.tmp`);
  // On a disk that became read-only, the removal fails too; the first error is more useful.
  const discard = (): Promise<void> => rm(temporary, { force: true }).catch(() => {});
  try {
    await withFile(await open(temporary, 'w'), async (file) => {
      await file.writeFile(data);
      await file.sync();
    });
  } catch (error) {
    await discard();
    throw error;
  }
  return { path, commit: () => rename(temporary, path), discard };
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
