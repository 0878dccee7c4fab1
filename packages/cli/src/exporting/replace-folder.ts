import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CliError } from '../cli-error.ts';

/**
 * Fills a folder all at once: `fill` writes into one beside it, which gets the name when it is complete. Where `fill`
 * fails, nothing is left and what was there is untouched.
 *
 * @param force replace a folder that holds a bundle (or nothing); any other folder is never touched
 * @throws CliError `OUTPUT_EXISTS`; what `fill` throws
 */
export async function replaceFolder<T>(
  path: string,
  force: boolean,
  fill: (folder: string) => Promise<T>,
): Promise<T> {
  await requireFree(path, force);
  await mkdir(dirname(path), { recursive: true });
  const beside = (kind: string): string => join(dirname(path), `.${basename(path)}.${process.pid}.${kind}`);
  const [fresh, old] = [beside('new'), beside('old')];
  try {
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh);
    const result = await fill(fresh);
    await swap(fresh, path, old);
    return result;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** What is at `path` steps aside for `fresh`, and comes back where that cannot have its place. */
async function swap(fresh: string, path: string, old: string): Promise<void> {
  if (!(await isThere(path))) return rename(fresh, path);
  await rename(path, old);
  try {
    await rename(fresh, path);
  } catch (error) {
    await rename(old, path);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

/** Asked before the work, so that an hour is not spent in vain. @throws CliError `OUTPUT_EXISTS` */
export async function requireFree(path: string, force: boolean): Promise<void> {
  if (!(await isThere(path))) return;
  const found = await stat(path);
  const names = found.isDirectory() ? await readdir(path) : null;
  if (names?.length === 0) return;
  if (names?.includes('isonoise.json') !== true) {
    throw new CliError(
      'OUTPUT_EXISTS',
      `--out ${path}: exists but is not an isonoise bundle; not overwritten. Give another folder.`,
    );
  }
  if (force) return;
  throw new CliError(
    'OUTPUT_EXISTS',
    `--out ${path}: holds a bundle already. Add --force to replace it, or give another folder.`,
  );
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
