import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { isAlive } from './process-identity.ts';
import { WriteError, writing } from './write-error.ts';

/** Matches the names of the temporary files of {@link atomicWrite}, which a crash can leave behind. */
export const TEMPORARY: RegExp = /^\.[^/]+\.\d+\.tmp$/;

/**
 * Writes a file so that a crash at any moment leaves either the whole old file or the whole new one. It writes a
 * temporary file beside the target, syncs it, renames it, and syncs the folder (fsync). When the promise resolves,
 * the new file is on the disk. A link is kept, and the file that it points to is replaced. A pipe is replaced,
 * because writing to it would wait for a reader. Data for a device such as /dev/null is written into the device.
 *
 * @throws WriteError `CLI_WRITE_FAILED` with the name of the file, if it cannot be written; the temporary file is
 *   removed first
 */
export function atomicWrite(path: string, data: Uint8Array | string): Promise<void> {
  return writing(path, () => writeWhole(path, data));
}

/**
 * Writes several files like {@link atomicWrite}. All files are on the disk under temporary names before the
 * first rename, so a failed write leaves all old files unchanged. Only a crash or an error between two
 * renames leaves a mixture of old and new files.
 *
 * @param files contents by path, as in errors; renamed in this order
 * @param placeOf returns the file to write for a path; the path itself by default
 * @throws WriteError `CLI_WRITE_FAILED` with the name of the file that cannot be written, and the files that were
 *   already renamed
 */
export async function atomicWriteAll(
  files: ReadonlyMap<string, Uint8Array | string>,
  placeOf: (path: string) => string = (path) => path,
): Promise<void> {
  const prepared: { readonly path: string; readonly file: PreparedFile }[] = [];
  try {
    for (const [path, data] of files) {
      const place = placeOf(path);
      const found = await stat(place).catch(() => null);
      if (found?.isDirectory()) throw new WriteError(path, 'it is a folder (EISDIR)', undefined);
      const target = found === null ? place : await realpath(place);
      prepared.push({ path, file: await writing(path, () => prepare(target, data)) });
    }
    const written: string[] = [];
    for (const { path, file } of prepared) {
      await writing(path, () => file.commit(), written);
      written.push(path);
    }
  } finally {
    for (const { file } of prepared) await file.discard();
  }
  for (const folder of new Set(prepared.map(({ file }) => dirname(file.path)))) await syncFolder(folder);
}

/**
 * Writes an output file to a path that the user gave. Unlike {@link atomicWrite}, it writes into a pipe
 * instead of replacing the pipe.
 *
 * @throws WriteError `CLI_WRITE_FAILED` with the name of the file, if it cannot be written
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
    // Write into a device such as /dev/null, because a rename would replace it.
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
  /** Final path of the file. */
  readonly path: string;
  /** Renames the temporary file to the final path. */
  commit(): Promise<void>;
  /** Removes the temporary file, if it was not renamed. */
  discard(): Promise<void>;
}

async function prepare(path: string, data: Uint8Array | string): Promise<PreparedFile> {
  await clearLeftovers(path);
  // `join` would remove `..` and the link in front of it.
  const temporary = `${dirname(path)}${sep}${temporaryPrefix(path)}${process.pid}.tmp`;
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

/**
 * Returns the prefix of the temporary names of a file. A long file name is replaced by its hash, because file
 * systems limit the length of names.
 */
function temporaryPrefix(path: string): string {
  const name = basename(path);
  const isLong = Buffer.byteLength(name) > 200;
  return `.${isLong ? createHash('sha256').update(name).digest('hex') : name}.`;
}

/** Removes the temporary files that killed processes left for this file. */
async function clearLeftovers(path: string): Promise<void> {
  const prefix = temporaryPrefix(path);
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(prefix)) continue;
    const [, pid] = /^(\d+)\.tmp$/.exec(name.slice(prefix.length)) ?? [];
    if (pid === undefined || (await isAlive({ pid: Number(pid), started: null }))) continue;
    await rm(join(dirname(path), name), { force: true });
  }
}

/**
 * Makes renames and removals in a folder durable. Windows makes them durable by itself, and cannot open a
 * folder.
 */
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
