import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { splitFolders } from '../split-folders.ts';

/**
 * Returns the subfolder with the held-out images of a folder with splits, such as `train` and `test`. Returns null
 * for a folder without splits, and for a picture. Among several subfolders, one whose name contains `test` is
 * preferred.
 */
export async function heldOutFolder(folder: string): Promise<string | null> {
  if ((await stat(folder)).isFile()) return null;
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  const { training, heldOut } = splitFolders(names);
  const chosen = heldOut.find((name) => /test/i.test(name)) ?? heldOut[0];
  return training.length === 0 || chosen === undefined ? null : join(folder, chosen);
}
