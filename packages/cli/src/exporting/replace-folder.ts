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
  const [fresh, old] = ['new', 'old'].map((kind) =>
    join(dirname(path), `.${basename(path)}.${process.pid}.${kind}`),
  );
  if (fresh === undefined || old === undefined) throw new RangeError('unreachable');
  try {
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh);
    const result = await fill(fresh);
    const existed = await isThere(path);
    if (existed) await rename(path, old);
    await rename(fresh, path);
    if (existed) await rm(old, { recursive: true, force: true });
    return result;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Asked before the work, so that an hour is not spent in vain. */
async function requireFree(path: string, force: boolean): Promise<void> {
  if (!(await isThere(path))) return;
  const found = await stat(path);
  const names = found.isDirectory() ? await readdir(path) : null;
  if (names?.length === 0) return;
  if (names?.includes('isonoise.json') !== true) {
    throw new CliError(
      'OUTPUT_EXISTS',
      `--out ${path}: exists and is no bundle of isonoise; it is not replaced. Give another folder.`,
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
