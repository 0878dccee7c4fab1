import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { DataError } from '../errors.ts';
import { DATA_LIMITS } from '../limits.ts';

const IMAGE_EXTENSIONS: ReadonlySet<string> = new Set([
  '.png',
  '.jpg',
  '.jpeg',
  '.webp',
  '.gif',
  '.tif',
  '.tiff',
]);
/** Folders within folders. Stops a tree that links into itself. */
const MAX_DEPTH = 32;

export interface FolderListing {
  /** Images, relative to the folder, with `/`, in the order of code points: the same on every system. */
  readonly images: readonly string[];
  /** What is no image by its extension, and was left out. Names that begin with a dot are not even counted. */
  readonly others: readonly string[];
}

/**
 * All images in a folder and its subfolders, by extension.
 *
 * @throws DataError `DATA_LIMIT` for too many images or too deep a tree.
 */
export async function listImages(root: string): Promise<FolderListing> {
  const images: string[] = [];
  const others: string[] = [];
  const walk = async (relative: string, depth: number): Promise<void> => {
    if (depth > MAX_DEPTH)
      throw new DataError('DATA_LIMIT', `${join(root, relative)}: more than ${MAX_DEPTH} folders deep`, {
        file: root,
      });
    for (const name of await readdir(join(root, relative))) {
      if (name.startsWith('.')) continue;
      const path = relative === '' ? name : `${relative}/${name}`;
      const kind = await stat(join(root, path)).catch((cause: unknown) => {
        throw new DataError('DATA_NOT_FOUND', `${join(root, path)}: a link to nothing`, {
          file: path,
          cause,
        });
      });
      if (kind.isDirectory()) await walk(path, depth + 1);
      else if (IMAGE_EXTENSIONS.has(extname(name).toLowerCase())) images.push(path);
      else others.push(path);
      if (images.length > DATA_LIMITS.images)
        throw new DataError('DATA_LIMIT', `${root}: more than ${DATA_LIMITS.images} images`, { file: root });
    }
  };
  await walk('', 0);
  return { images: images.sort(byCodePoint), others: others.sort(byCodePoint) };
}

/** UTF-8 keeps the order of code points; JavaScript's own order of UTF-16 units does not. */
export function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
