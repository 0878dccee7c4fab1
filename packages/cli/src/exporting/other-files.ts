import { basename } from 'node:path';
import { BUNDLE_PATHS, parseManifest } from '@isonoise/bundle';
import { isIsonoiseError } from '@isonoise/error';
import { nodeFiles } from '@isonoise/runtime-node';

/** Files that file managers create by themselves. */
const SYSTEM_FILES = ['.DS_Store', 'Thumbs.db', 'desktop.ini'];

/**
 * Finds files in a bundle's folder that do not belong to the bundle, such as a user's notes or a `.git`.
 *
 * @returns names in the folder; for subfolders that also contain files of the bundle, paths of single files
 */
export async function otherFiles(folder: string): Promise<readonly string[]> {
  const own = await bundlePaths(folder);
  const top = (path: string): string => path.split('/', 1)[0] as string;
  const shared = new Set(own.map(top));
  const others = (await nodeFiles(folder).list()).filter(
    (path) => !own.includes(path) && !SYSTEM_FILES.includes(basename(path)),
  );
  return [...new Set(others.map((path) => (shared.has(top(path)) ? path : top(path))))];
}

/** Returns the files that the manifest lists. If the manifest is damaged, returns the files that every bundle has. */
async function bundlePaths(folder: string): Promise<readonly string[]> {
  const own: readonly string[] = Object.values(BUNDLE_PATHS);
  try {
    const bytes = await nodeFiles(folder).read(BUNDLE_PATHS.manifest);
    return [...own, ...Object.keys(parseManifest(bytes, { verifyHash: false }).files)];
  } catch (error) {
    if (isIsonoiseError(error)) return own;
    throw error;
  }
}
