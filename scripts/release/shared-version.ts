import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolders } from '../package-folders.ts';
import { scriptError } from '../script-error.ts';

/**
 * Returns the version that all packages of a workspace have.
 *
 * @throws `RELEASE_VERSIONS` if the versions differ
 */
export function sharedVersion(root: string): string {
  const packages = packageFolders(root).map(
    (folder) =>
      JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
        readonly name: string;
        readonly version: string;
      },
  );
  const versions = new Set(packages.map(({ version }) => version));
  const [version, ...more] = versions;
  if (version !== undefined && more.length === 0) return version;
  throw scriptError(
    'RELEASE_VERSIONS',
    `release: the packages have the versions ${[...versions].join(', ') || 'none'}; expected one version for all packages. Set "version" in packages/*/package.json.`,
  );
}
