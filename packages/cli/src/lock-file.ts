import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { IsonoiseError } from '@isonoise/error';
import { codeOf } from '@isonoise/error';
import { readRegularFile } from '@isonoise/runtime-node';
import { trainError } from '@isonoise/train';
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts';

/** Who holds a lock. */
interface Owner extends ProcessIdentity {
  readonly host: string;
}

/** A lock that is held. */
export interface Lock {
  /** Gives the lock back; a second call does nothing. */
  release(): Promise<void>;
}

/**
 * Takes a lock: a file that only one process can create. A lock whose process is gone (it was killed) is taken over.
 *
 * @param what for the message: what the lock protects
 * @throws `RUN_LOCKED` while its owner lives, or where that cannot be known (another machine)
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
      // On a disk that has become read-only it stays; the next process sees that its owner is gone.
      await rm(path, { force: true }).catch((error: unknown) => {
        if (codeOf(error) !== 'EROFS') throw error;
      });
    },
  };
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
    // On a full disk an empty file can be created, but not written.
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function requireStale(path: string, text: string, what: string): Promise<void> {
  const owner = parseOwner(text);
  // A lock that cannot be read was cut off by a crash while it was written: nobody holds it.
  if (owner === null) return;
  if (owner.host !== hostname() || (await isAlive(owner))) throw locked(path, text, what);
}

/** Removes the lock that was judged stale, and no other: between judging and removing someone may have taken it. */
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
  const holder = owner === null ? 'another process' : `process ${owner.pid} on ${owner.host}`;
  return trainError(
    'RUN_LOCKED',
    `${what}: ${holder} is using it; two would overwrite each other's files. ` +
      `Wait or stop that process. If it is certainly gone, remove ${path}.`,
  );
}
