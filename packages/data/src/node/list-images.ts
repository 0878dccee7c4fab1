import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../errors.ts';
import { type FolderListing, isSkippedFolder, listingOf } from '../folder-listing.ts';
import { imageExtensions } from '../image-format.ts';
import { DATA_LIMITS } from '../limits.ts';

/** Extensions of the formats that Node decodes. */
export const IMAGE_EXTENSIONS: ReadonlySet<string> = imageExtensions();
/** Maximum depth of nested folders, as a protection against a tree that links into itself. */
const MAX_DEPTH = 32;

/**
 * Lists all images in a folder and its subfolders, by file extension. Also lists entries that are not regular files;
 * reading them reports an error.
 *
 * @throws DataError `DATA_LIMIT` if there are too many files or the tree is too deep
 */
export async function listImages(root: string): Promise<FolderListing> {
  const paths: string[] = [];
  const skipped: string[] = [];
  const walk = async (relative: string, depth: number): Promise<void> => {
    if (depth > MAX_DEPTH)
      throw new DataError(
        'DATA_LIMIT',
        `${join(root, relative)}: the folder is nested too deeply; expected at most ${MAX_DEPTH} levels. Check for links to outer folders.`,
        {
          file: root,
        },
      );
    for (const entry of await readdir(join(root, relative), { withFileTypes: true })) {
      const { name } = entry;
      if (name.startsWith('.')) continue;
      const path = relative === '' ? name : `${relative}/${name}`;
      const linked = entry.isSymbolicLink() ? await stat(join(root, path)).catch(() => undefined) : entry;
      if (linked?.isDirectory() !== true) paths.push(path);
      else if (isSkippedFolder(name)) skipped.push(path);
      else await walk(path, depth + 1);
      if (paths.length > DATA_LIMITS.images)
        throw new DataError(
          'DATA_LIMIT',
          `${root}: found too many files; expected at most ${DATA_LIMITS.images}. Use fewer files.`,
          {
            file: root,
          },
        );
    }
  };
  await walk('', 0);
  return listingOf(paths, IMAGE_EXTENSIONS, skipped);
}
