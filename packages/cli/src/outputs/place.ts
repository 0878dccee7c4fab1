import { constants, type Stats } from 'node:fs';
import { access, lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { codeOf } from '@isonoise/error';

/** Maximum numbers of bytes in common file systems. */
const MAX_BYTES = { name: 255, path: 4095 };

/** A path that was resolved and inspected. */
export interface Place {
  /** Absolute path with all links resolved. It is equal for all paths to the same file. */
  readonly real: string;
  /** Status of the file or folder; null if nothing exists there. */
  readonly found: Stats | null;
  /** The reason why the path cannot be written; null if it can be written. */
  readonly problem: string | null;
}

/**
 * Inspects a path for writing, without changing anything. Missing folders are accepted, because they can be
 * created later.
 */
export async function inspectPlace(path: string): Promise<Place> {
  const absolute = await withoutParents(path);
  const shown = (place: string): string => asTyped(place, path);
  const found = await stat(absolute).catch(() => null);
  if (found !== null) {
    // If /dev/stdout is a pipe, it has no real path.
    const real = await realpath(absolute).catch(() => absolute);
    return { real, found, problem: await writeProblem(absolute, path) };
  }
  // 1. Go up to the first folder that exists.
  const missing: string[] = [];
  let folder = absolute;
  let parent: Stats | null = null;
  let problem: string | null = null;
  for (; parent === null; parent = await stat(folder).catch(() => null)) {
    missing.unshift(basename(folder));
    if (dirname(folder) === folder) break;
    if (await isThere(folder)) problem = `${shown(folder)} is a broken link`;
    folder = dirname(folder);
  }
  // 2. Check that the missing folders and the file can be created there.
  const real = join(await realpath(folder).catch(() => folder), ...missing);
  if (parent?.isDirectory() !== true) return { real, found, problem: `${shown(folder)} is not a folder` };
  return {
    real,
    found,
    problem: problem ?? lengthProblem(real, missing) ?? (await writeProblem(folder, shown(folder))),
  };
}

/**
 * Returns the absolute path without `..`. Like the kernel, it follows a link before it resolves `..`, so `..`
 * after a link to `real/sub` means `real`. An empty path means the working folder.
 */
async function withoutParents(path: string): Promise<string> {
  // Windows resolves `..` before it follows links.
  if (process.platform === 'win32') return resolve(path);
  let reached = isAbsolute(path) ? '/' : process.cwd();
  for (const name of path.split('/')) {
    if (name === '..') reached = dirname(await realpath(reached).catch(() => reached));
    else reached = join(reached, name);
  }
  return reached;
}

/**
 * Checks the lengths of the path and its names. The file system would check them only when the file is
 * written.
 */
function lengthProblem(path: string, missing: readonly string[]): string | null {
  const long = missing.find((name) => Buffer.byteLength(name) > MAX_BYTES.name);
  if (long !== undefined)
    return `a name in the path has ${Buffer.byteLength(long)} bytes, more than ${MAX_BYTES.name}`;
  const bytes = Buffer.byteLength(path);
  return bytes > MAX_BYTES.path ? `the path has ${bytes} bytes, more than ${MAX_BYTES.path}` : null;
}

/** Whether the path exists. It may be a broken link. */
async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

/** Returns a path for errors: relative to the working folder if the user typed a relative path. */
function asTyped(place: string, typed: string): string {
  return isAbsolute(typed) ? place : relative(process.cwd(), place) || '.';
}

/** Returns the reason why an existing path cannot be written; null if it can be written. @param shown the path in errors */
async function writeProblem(path: string, shown: string): Promise<string | null> {
  try {
    await access(path, constants.W_OK);
    return null;
  } catch (error) {
    const code = codeOf(error) ?? String(error);
    return `${shown} is not writable (${code})`;
  }
}
