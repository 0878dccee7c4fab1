import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { IsonoiseError } from '@isonoise/error';
import { codeOf } from '@isonoise/error';
import { readRegularFile } from '@isonoise/runtime-node';
import { trainError } from '@isonoise/train';
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts';

/** The process that holds a lock. */
interface Owner extends ProcessIdentity {
  readonly host: string;
}

/** A lock that this process holds. */
export interface Lock {
  /** Releases the lock. A second call does nothing. */
  release(): Promise<void>;
}

/**
 * Takes a lock: a file that only one process can create. A lock that a dead process left behind is replaced.
 *
 * @param what name of the protected run or folder, for the error message
 * @throws `RUN_LOCKED` if the owner is alive, if the owner is on a different machine and cannot be checked, or if
 *   another process takes the lock at the same time
 */
export async function takeLock(path: string, what: string): Promise<Lock> {
  const own = JSON.stringify({ ...(await ownIdentity()), host: hostname() });
  if (!(await create(path, own))) {
    const held = await readText(path);
    if (held !== null) {
      await requireStale(path, held, what);
      await removeExactly(path, held, what);
    }
    if (!(await create(path, own))) throw locked(path, (await readText(path)) ?? '', what);
  }
  let released = false;
  return {
    async release() {
      if (released) return;
      released = true;
      // If the disk has become read-only, the file remains. The next process finds that the owner is dead.
      await rm(path, { force: true }).catch((error: unknown) => {
        if (codeOf(error) !== 'EROFS') throw error;
      });
    },
  };
}

/**
 * Describes the process that holds a lock; null if no process holds it, or if the file cannot be read. A process on a different machine
 * cannot be checked, so it is assumed to be alive.
 */
export async function lockHolder(path: string): Promise<string | null> {
  const owner = parseOwner((await readText(path).catch(() => null)) ?? '');
  if (owner === null || (owner.host === hostname() && !(await isAlive(owner)))) return null;
  return holderText(owner);
}

function holderText({ pid, host }: Owner): string {
  return `process ${pid} on ${host}`;
}

async function create(path: string, text: string): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(path, 'wx');
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    await file.writeFile(text);
    return true;
  } catch (error) {
    // On a full disk, a file can be created but not written.
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function requireStale(path: string, text: string, what: string): Promise<void> {
  const owner = parseOwner(text);
  // If a lock cannot be parsed, a crash interrupted its writing, so its owner is dead.
  if (owner === null) return;
  if (owner.host !== hostname() || (await isAlive(owner))) throw locked(path, text, what);
}

/**
 * Removes a stale lock.
 *
 * @throws `RUN_LOCKED` if another process has taken the lock since the check; the new lock is kept
 */
async function removeExactly(path: string, text: string, what: string): Promise<void> {
  const aside = `${path}.${process.pid}.stale`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const moved = await readText(aside);
  if (moved !== text) await link(aside, path);
  await rm(aside, { force: true });
  if (moved !== text) throw locked(path, moved ?? '', what);
}

async function readText(path: string): Promise<string | null> {
  try {
    return new TextDecoder().decode(await readRegularFile(path));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function parseOwner(text: string): Owner | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const { pid, host, started } = value as Partial<Record<keyof Owner, unknown>>;
    if (typeof pid !== 'number' || typeof host !== 'string') return null;
    return { pid, host, started: typeof started === 'string' ? started : null };
  } catch {
    return null;
  }
}

function locked(path: string, text: string, what: string): IsonoiseError {
  const owner = parseOwner(text);
  const holder = owner === null ? 'another process' : holderText(owner);
  return trainError(
    'RUN_LOCKED',
    `${what}: ${holder} is using it; expected no other process, because two would overwrite each other's files. ` +
      `Wait, or stop that process. If you are sure that it no longer runs, remove ${path}.`,
  );
}
