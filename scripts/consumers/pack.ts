import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageFolders } from '../package-folders.ts';
import { pnpmCommand } from '../pnpm-command.mjs';
import { scriptError } from '../script-error.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** A public package of this workspace. */
export interface PublicPackage {
  readonly name: string;
  readonly folder: string;
  /** Packages of this workspace that it depends on directly. */
  readonly needs: readonly string[];
}

/** Returns the packages that are published, by name. */
export function publicPackages(): ReadonlyMap<string, PublicPackage> {
  const all = packageFolders(ROOT).map((folder) => {
    const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
    return { folder, manifest };
  });
  const names = new Set(all.map(({ manifest }) => manifest.name));
  return new Map(
    all
      .filter(({ manifest }) => manifest.private !== true)
      .map(({ folder, manifest: { name, dependencies = {} } }) => [
        name,
        { name, folder, needs: Object.keys(dependencies).filter((each) => names.has(each)) },
      ]),
  );
}

/** Returns the named packages and all their dependencies in this workspace, each after its own dependencies. */
export function withNeeds(
  names: readonly string[],
  packages: ReadonlyMap<string, PublicPackage>,
): readonly PublicPackage[] {
  const visited = new Set<string>();
  const found: PublicPackage[] = [];
  const visit = (name: string): void => {
    const each = packages.get(name);
    if (each === undefined || visited.has(name)) return;
    visited.add(name);
    each.needs.forEach(visit);
    found.push(each);
  };
  names.forEach(visit);
  return found;
}

/**
 * Packs packages as they would be published.
 *
 * @param into folder for the tarballs
 * @returns the tarball of each package, by its name
 * @throws `CONSUMERS_NOT_BUILT` if a package lacks its dist
 */
export async function pack(
  packages: readonly PublicPackage[],
  into: string,
): Promise<ReadonlyMap<string, string>> {
  const unbuilt = packages.filter(({ folder }) => !existsSync(path.join(folder, 'dist')));
  if (unbuilt.length > 0) {
    throw scriptError(
      'CONSUMERS_NOT_BUILT',
      `consumers: ${unbuilt.map(({ name }) => name).join(', ')}: dist is missing; expected built packages. Run pnpm build.`,
    );
  }
  const [command, ...words] = pnpmCommand();
  // Use pnpm pack, because npm pack would keep "workspace:*" as a version.
  const packed = packages.map(async ({ name, folder }): Promise<[string, string]> => {
    const { stdout } = await promisify(execFile)(
      command,
      [...words, 'pack', '--json', '--pack-destination', into],
      {
        cwd: folder,
        shell: process.platform === 'win32',
      },
    );
    return [name, (JSON.parse(stdout) as { filename: string }).filename];
  });
  return new Map(await Promise.all(packed));
}
