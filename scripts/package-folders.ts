import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Returns the folders of a workspace's packages. A folder without a `package.json` is not a package: git leaves
 * the ignored `dist` and `node_modules` of a renamed package behind.
 *
 * @param root folder of the workspace
 */
export function packageFolders(root: string): readonly string[] {
  const folder = path.join(root, 'packages');
  return readdirSync(folder)
    .map((name) => path.join(folder, name))
    .filter((each) => existsSync(path.join(each, 'package.json')));
}
