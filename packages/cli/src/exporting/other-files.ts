import { basename } from 'node:path';
import { BUNDLE_PATHS, parseManifest } from '@isonoise/bundle';
import { isIsonoiseError } from '@isonoise/error';
import { nodeFiles } from '@isonoise/runtime-node';

/** What file managers leave in any folder. */
const OF_SYSTEMS = ['.DS_Store', 'Thumbs.db', 'desktop.ini'];

/**
 * Files in a bundle's folder that are not the bundle's: a user's notes, a `.git`.
 *
 * @returns names in the folder, and paths in those of its folders that hold files of the bundle too
 */
export async function otherFiles(folder: string): Promise<readonly string[]> {
  const own = await bundlePaths(folder);
  const top = (path: string): string => path.split('/', 1)[0] as string;
  const shared = new Set(own.map(top));
  const others = (await nodeFiles(folder).list()).filter(
    (path) => !own.includes(path) && !OF_SYSTEMS.includes(basename(path)),
  );
  return [...new Set(others.map((path) => (shared.has(top(path)) ? path : top(path))))];
}

/** What the manifest lists; where it is damaged, what every bundle has. */
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
