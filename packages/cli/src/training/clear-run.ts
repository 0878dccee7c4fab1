import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '@isonoise/error';

/** Patterns for the names of the files that training writes. All other files in a run are kept. */
const WRITTEN: readonly (readonly [folder: string, names: RegExp])[] = [
  // A folder without config.json is not a run. So this file is removed first, and an interrupted removal
  // leaves nothing that can be resumed.
  ['', /^config\.json$/],
  ['checkpoints', /^(step|averages)-\d+\.safetensors$/],
  ['samples', /^step-\d+\.png$/],
  [
    '',
    /^(run\.json|ema\.json|data\.json|data\.png|metrics\.jsonl|loss\.svg|events\.out\.tfevents\..*\.isonoise)$/,
  ],
];

/** Whether training writes a file with this name. @param folder path within the run; empty for the run itself */
export function isWrittenFile(folder: string, name: string): boolean {
  return WRITTEN.some(([part, names]) => part === folder && names.test(name));
}

/**
 * Removes the files of an earlier run, before a new run begins in the same folder. If a file is a link, only the
 * link is removed, because its target may not belong to the run.
 *
 * @param run folder of a run that this process has locked
 */
export async function clearRun(run: string): Promise<void> {
  for (const [folder, names] of WRITTEN) {
    if (await isLinkedFolder(run, folder)) {
      await rm(join(run, folder));
      continue;
    }
    for (const name of await readdir(join(run, folder)).catch(namesIfAbsent)) {
      if (names.test(name)) await rm(join(run, folder, name));
    }
  }
}

/** Whether a subfolder of a run is a symbolic link. False for the folder of the run, which may be a link. */
export async function isLinkedFolder(run: string, folder: string): Promise<boolean> {
  if (folder === '') return false;
  const found = await lstat(join(run, folder)).catch(() => null);
  return found?.isSymbolicLink() === true;
}

/** Returns no names for a missing folder, because folders can be missing in a broken run. */
function namesIfAbsent(error: unknown): readonly string[] {
  if (codeOf(error) === 'ENOENT') return [];
  throw error;
}
