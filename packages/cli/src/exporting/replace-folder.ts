import { rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BUNDLE_PATHS } from '@isonoise/bundle';
import { printable } from '@isonoise/bundle/printable';
import { CliError } from '../errors.ts';
import { takeLock } from '../lock-file.ts';
import { inspectPlace } from '../outputs/place.ts';
import { writing } from '../write-error.ts';
import { otherFiles } from './other-files.ts';

/**
 * Fills a folder all at once: `fill` writes into one beside it, which gets the name when it is complete. Where `fill`
 * fails, or the process ends by itself, nothing is left and what was there is untouched. What a process left that was
 * killed meanwhile is cleaned up by the next call for the same path: the half-filled folder is removed, and a folder that
 * had stepped aside comes back.
 *
 * @param out the folder as the user named it; a link stays one, and the folder that it leads to is replaced
 * @param force replace a folder that holds a bundle and nothing else; any other folder is never touched
 * @throws `CLI_OUTPUT_EXISTS`; `RUN_LOCKED` another process fills it; WriteError `CLI_WRITE_FAILED`; what `fill`
 *   throws
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
  // Without --force a folder that is there is known before anything is made, locks included.
  if (!(await isThere(old))) await requireFree(out, force);
  await writing(out, () => mkdir(parent, { recursive: true }));
  const lock = await writing(out, () => takeLock(beside('lock'), `--out ${out}`));
  // Ctrl-C ends a command at once that does not listen for it.
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
    // A disk that has become read-only keeps it until the next call.
    await rm(fresh, { recursive: true, force: true }).catch(() => {});
    await lock.release();
    process.off('exit', removeAtExit);
  }
}

/** Undoes what a killed process had begun; the lock says that no other is at it. */
async function recover(path: string, fresh: string, old: string): Promise<void> {
  await rm(fresh, { recursive: true, force: true });
  if (!(await isThere(old))) return;
  if (await isThere(path)) await rm(old, { recursive: true, force: true });
  else await rename(old, path);
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

/** Asked before the work, so that an hour is not spent in vain. @throws `CLI_OUTPUT_EXISTS` */
export async function requireFree(out: string, force: boolean): Promise<void> {
  const { real: path, found } = await inspectPlace(out);
  if (found === null) return;
  if (found.isDirectory() && found.dev !== (await stat(dirname(path))).dev) {
    refuse(
      out,
      'is where a file system is mounted, and a model replaces a folder as a whole. Give a folder in it',
    );
  }
  const names = found.isDirectory() ? await readdir(path) : null;
  if (names?.length === 0) return;
  if (names?.includes(BUNDLE_PATHS.manifest) !== true) {
    refuse(out, 'exists but is not an isonoise bundle; not overwritten. Give another folder');
  }
  if (!force) refuse(out, 'holds a bundle already. Add --force to replace it, or give another folder');
  const others = await otherFiles(path);
  if (others.length === 0) return;
  const named = others.slice(0, MOST_NAMED).map((each) => printable(each));
  refuse(
    out,
    `holds ${named.join(', ')}${others.length > MOST_NAMED ? ' and more' : ''} besides a bundle, which would be lost; ` +
      'not overwritten. Move that elsewhere, or give another folder',
  );
}

const MOST_NAMED = 5;

function refuse(out: string, problem: string): never {
  throw new CliError('CLI_OUTPUT_EXISTS', `--out ${out}: ${problem}.`);
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
