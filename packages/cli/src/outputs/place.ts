import { constants, type Stats } from 'node:fs';
import { access, lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf } from '@isonoise/error';

/** Of the file systems in use. */
const MOST_BYTES = { name: 255, path: 4095 };

/** Where a path leads, as far as there is anything. */
export interface Place {
  /** Absolute, with every link on the way followed: two paths of one file have one. */
  readonly real: string;
  /** What is there; null where there is nothing yet. */
  readonly found: Stats | null;
  /** Why nothing can be written there; null where it can. */
  readonly problem: string | null;
}

/** Where a path that is to be written leads, and what would prevent it. Nothing is changed; missing folders are made later. */
export async function inspectPlace(path: string): Promise<Place> {
  // An empty path is the working folder here, and must not pass for one where there is nothing.
  const absolute = resolve(path);
  const found = await stat(absolute).catch(() => null);
  if (found !== null) {
    return { real: await realpath(absolute), found, problem: await writeProblem(absolute) };
  }
  // 1. Up to what is there.
  const missing: string[] = [];
  let folder = absolute;
  let parent: Stats | null = null;
  let problem: string | null = null;
  for (; parent === null; parent = await stat(folder).catch(() => null)) {
    missing.unshift(basename(folder));
    if (dirname(folder) === folder) break;
    if (await isThere(folder)) problem = `${folder} is a link that leads nowhere`;
    folder = dirname(folder);
  }
  // 2. Whether the rest can be made there.
  const real = join(await realpath(folder).catch(() => folder), ...missing);
  if (parent?.isDirectory() !== true) return { real, found, problem: `${folder} is not a folder` };
  return { real, found, problem: problem ?? lengthProblem(real, missing) ?? (await writeProblem(folder)) };
}

/** The disk would say it only when the work is done. */
function lengthProblem(path: string, missing: readonly string[]): string | null {
  const long = missing.find((name) => Buffer.byteLength(name) > MOST_BYTES.name);
  if (long !== undefined)
    return `a name on its way has ${Buffer.byteLength(long)} bytes, ${MOST_BYTES.name} are possible`;
  const bytes = Buffer.byteLength(path);
  return bytes > MOST_BYTES.path ? `it has ${bytes} bytes, ${MOST_BYTES.path} are possible` : null;
}

/** Whether anything has that name, be it a link to nothing. */
async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

async function writeProblem(path: string): Promise<string | null> {
  try {
    await access(path, constants.W_OK);
    return null;
  } catch (error) {
    const code = codeOf(error) ?? String(error);
    return `${path} is not writable (${code})`;
  }
}
