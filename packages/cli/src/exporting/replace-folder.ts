import { rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BUNDLE_PATHS } from '@isonoise/bundle';
import { printable } from '@isonoise/error';
import { CliError } from '../errors.ts';
import { takeLock } from '../lock-file.ts';
import { inspectPlace } from '../outputs/place.ts';
import { writing } from '../write-error.ts';
import { otherFiles } from './other-files.ts';

/**
 * Replaces a folder in one step. `fill` writes into a new folder beside the old one. When the new folder is
 * complete, it is renamed. If `fill` fails or the process exits, the new folder is removed, and the old
 * folder is unchanged. If the process is killed, the next call for the same path removes the incomplete
 * folder, and restores an old folder that was moved aside.
 *
 * @param out path from the user; if it is a link, the target is replaced and the link is kept
 * @param force whether to replace a folder that contains only a bundle; all other folders with files are refused
 * @throws `CLI_OUTPUT_EXISTS` if the folder must not be replaced; `RUN_LOCKED` if another process is writing it;
 *   WriteError `CLI_WRITE_FAILED` if the file system refuses; errors of `fill`
 */
export async function replaceFolder<T>(
  out: string,
  force: boolean,
  fill: (folder: string) => Promise<T>,
): Promise<T> {
  const path = (await inspectPlace(out)).real;
  const parent = dirname(path);
  const beside = (kind: string): string => join(parent, `.${basename(path)}.${kind}`);
  const [fresh, old] = [beside('new'), beside('old')];
  // Check before anything is created, even the lock. If a killed process moved the folder aside, restore it
  // before the check.
  if (!(await isThere(old))) await requireFree(out, force);
  await writing(out, () => mkdir(parent, { recursive: true }));
  const lock = await writing(out, () => takeLock(beside('lock'), `--out ${out}`));
  // Exports do not listen for signals, so Ctrl-C ends the process at once.
  const removeAtExit = (): void => {
    for (const left of [fresh, beside('lock')]) rmSync(left, { recursive: true, force: true });
  };
  process.on('exit', removeAtExit);
  try {
    await writing(out, () => recover(path, fresh, old));
    await requireFree(out, force);
    await writing(out, () => mkdir(fresh));
    const result = await writing(out, () => fill(fresh));
    await writing(out, () => swap(fresh, path, old));
    return result;
  } finally {
    // If the disk has become read-only, the folder stays until the next call.
    await rm(fresh, { recursive: true, force: true }).catch(() => {});
    await lock.release();
    process.off('exit', removeAtExit);
  }
}

/** Undoes a replacement that a killed process left unfinished. The lock excludes other processes. */
async function recover(path: string, fresh: string, old: string): Promise<void> {
  await rm(fresh, { recursive: true, force: true });
  if (!(await isThere(old))) return;
  if (await isThere(path)) await rm(old, { recursive: true, force: true });
  else await rename(old, path);
}

/**
 * Moves `path` aside, renames `fresh` to `path`, and removes the old folder. If the second rename fails, moves the
 * old folder back.
 */
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

/** Checks that a folder may be written or replaced. @throws `CLI_OUTPUT_EXISTS` if it must not be */
export async function requireFree(out: string, force: boolean): Promise<void> {
  const { real: path, found } = await inspectPlace(out);
  if (found === null) return;
  if (found.isDirectory() && found.dev !== (await stat(dirname(path))).dev) {
    refuse(
      out,
      'is a mount point, which cannot be replaced; expected a different folder. Choose a folder inside it',
    );
  }
  const names = found.isDirectory() ? await readdir(path) : null;
  if (names?.length === 0) return;
  if (names?.includes(BUNDLE_PATHS.manifest) !== true) {
    refuse(out, 'exists but is not an isonoise bundle; not overwritten. Choose a different folder');
  }
  if (!force)
    refuse(out, 'already contains a bundle. Add --force to replace it, or choose a different folder');
  const others = await otherFiles(path);
  if (others.length === 0) return;
  const named = others.slice(0, MAX_NAMED).map((each) => printable(each));
  refuse(
    out,
    `contains ${named.join(', ')}${others.length > MAX_NAMED ? ' and more' : ''} besides a bundle; not overwritten, ` +
      'because these files would be lost. Move them elsewhere, or choose a different folder',
  );
}

const MAX_NAMED = 5;

function refuse(out: string, problem: string): never {
  throw new CliError('CLI_OUTPUT_EXISTS', `--out ${out}: ${problem}.`);
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
