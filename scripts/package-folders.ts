import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Returns the folders of a workspace's packages. Folders without a `package.json` are not packages. Such folders remain
 * when a package is renamed, because git keeps the ignored folders `dist` and `node_modules`.
 *
 * @param root folder of the workspace
 */
export function packageFolders(root: string): readonly string[] {
  const folder = path.join(root, 'packages');
  return readdirSync(folder)
    .map((name) => path.join(folder, name))
    .filter((each) => existsSync(path.join(each, 'package.json')));
}
