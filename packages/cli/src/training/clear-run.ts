import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What training writes; whatever else a person put into the folder of a run stays. */
const WRITTEN: readonly (readonly [folder: string, names: RegExp])[] = [
  // First what makes the folder a run: one that is killed meanwhile is not resumed under another configuration.
  ['', /^config\.json$/],
  ['checkpoints', /^step-\d+\.safetensors$/],
  ['samples', /^step-\d+\.png$/],
  ['', /^(run\.json|data\.json|data\.png|metrics\.jsonl|loss\.svg|events\.out\.tfevents\..*\.isonoise)$/],
];

/**
 * Removes what an earlier run left, for one that begins anew in its place.
 *
 * @param run a run's folder that this process holds
 */
export async function clearRun(run: string): Promise<void> {
  for (const [folder, names] of WRITTEN) {
    for (const name of await readdir(join(run, folder))) {
      if (names.test(name)) await rm(join(run, folder, name));
    }
  }
}
