import { randomUUID } from 'node:crypto';
import { mkdir, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BundleFiles, isBundlePath } from '@isonoise/bundle';
import { runtimeError } from '@isonoise/runtime';
import { readRegularFile } from './read-regular-file.ts';

/**
 * Accesses the files of a bundle in a folder. Paths that lead out of the folder are rejected: absolute paths, paths
 * with `..`, and paths through links to the outside. Files are written under a temporary name and then renamed, so
 * readers never see a partial file.
 *
 * @param directory the folder, which the first write creates if needed; errors show it as it is given here
 * @throws from the methods: `RUNTIME_REQUEST` if the path is not valid in a bundle or leads out of the folder; errors
 *   of `node:fs`
 */
export function nodeFiles(directory: string): Required<BundleFiles> {
  const root = path.resolve(directory);

  async function locate(file: string): Promise<string> {
    if (!isBundlePath(file)) refuse(file, 'is not a path in a bundle');
    return path.join(root, ...file.split('/'));
  }

  async function checkInside(existing: string, file: string): Promise<void> {
    const inside = path.relative(await realpath(root), await realpath(existing));
    // On Windows, the relative path to a different drive is absolute.
    if (inside.split(path.sep)[0] === '..' || path.isAbsolute(inside)) {
      refuse(file, 'is a link that leads outside');
    }
  }

  /** Creates the folder of a file if needed. Checks each level, so that nothing is created behind a link. */
  async function makeFolder(folder: string, file: string): Promise<void> {
    if (folder !== root) await makeFolder(path.dirname(folder), file);
    await mkdir(folder, { recursive: folder === root }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EEXIST') throw cause;
    });
    await checkInside(folder, file);
  }

  function refuse(file: string, why: string): never {
    throw runtimeError(
      'RUNTIME_REQUEST',
      `${directory}: the path ${JSON.stringify(file)} ${why}; expected a relative path with forward slashes in the folder.`,
    );
  }

  return {
    description: directory,
    async read(file, mostBytes) {
      const location = await locate(file);
      await checkInside(location, file);
      return readRegularFile(location, mostBytes, path.join(directory, ...file.split('/')));
    },
    async write(file, bytes) {
      const location = await locate(file);
      await makeFolder(path.dirname(location), file);
      const temporary = `${location}.${randomUUID()}.tmp`;
      try {
        await writeFile(temporary, bytes, { flag: 'wx' });
        await rename(temporary, location);
      } catch (cause) {
        await rm(temporary, { force: true });
        throw cause;
      }
    },
    async list() {
      const entries = await readdir(root, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) =>
          path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'),
        )
        .sort();
    },
  };
}
