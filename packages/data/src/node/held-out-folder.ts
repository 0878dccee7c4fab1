import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { splitFolders } from '../split-folders.ts';

/**
 * Returns the folder of the held-out images of a folder that has its own split, such as `train` and `test`;
 * null without a split, or for a picture. If there are several such folders, one whose name contains `test` is chosen.
 */
export async function heldOutFolder(folder: string): Promise<string | null> {
  if ((await stat(folder)).isFile()) return null;
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  const { training, heldOut } = splitFolders(names);
  const chosen = heldOut.find((name) => /test/i.test(name)) ?? heldOut[0];
  return training.length === 0 || chosen === undefined ? null : join(folder, chosen);
}
