import { randomUUID } from 'node:crypto';
import { mkdir, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BundleFiles, isBundlePath } from '@isonoise/bundle';
import { runtimeError } from '@isonoise/runtime';
import { readRegularFile } from './read-regular-file.ts';

/**
 * A folder as the files of a bundle. No path leaves it: not by `..`, not by an absolute path, not by a link.
 * A file is written beside its name and renamed, so a reader sees the old one or the new one, never a part.
 *
 * @param directory need not exist before the first write
 * @throws (from its methods) `RUNTIME_REQUEST` a path that is not one of a bundle or leads outside;
 *   errors of `node:fs` as they are
 */
export function nodeFiles(directory: string): Required<BundleFiles> {
  const root = path.resolve(directory);

  async function locate(file: string): Promise<string> {
    if (!isBundlePath(file)) refuse(file, 'wanted a relative path with forward slashes');
    return path.join(root, ...file.split('/'));
  }

  async function checkInside(existing: string, file: string): Promise<void> {
    const inside = path.relative(await realpath(root), await realpath(existing));
    // On Windows the way to another drive is an absolute path.
    if (inside.split(path.sep)[0] === '..' || path.isAbsolute(inside)) {
      refuse(file, 'it is a link that leads outside');
    }
  }

  /** The folder of a file that is written, made where it is not there yet: nothing is made behind a link. */
  async function makeFolder(folder: string, file: string): Promise<void> {
    if (folder !== root) await makeFolder(path.dirname(folder), file);
    await mkdir(folder, { recursive: folder === root }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EEXIST') throw cause;
    });
    await checkInside(folder, file);
  }

  function refuse(file: string, why: string): never {
    throw runtimeError('RUNTIME_REQUEST', `${root}: refused the path ${JSON.stringify(file)}: ${why}.`);
  }

  return {
    description: root,
    async read(file, mostBytes) {
      const location = await locate(file);
      await checkInside(location, file);
      return readRegularFile(location, mostBytes);
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
