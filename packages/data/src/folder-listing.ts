import { DataError } from './errors.ts';

/** What a folder holds, by the names of its files. */
export interface FolderListing {
  /** Images, relative to the folder, with `/`, in the order of code points: the same on every system. */
  readonly images: readonly string[];
  /** What is no image by its extension, and was left out. Names that begin with a dot are not even counted. */
  readonly others: readonly string[];
}

/**
 * Tells images from other files, by extension.
 *
 * @param paths relative to the folder, with `/`; those with a part that begins with a dot are left out
 * @param extensions of images that can be decoded, with the dot, in lower case
 */
export function listingOf(paths: readonly string[], extensions: ReadonlySet<string>): FolderListing {
  const visible = paths.filter((path) => !path.split('/').some((part) => part.startsWith('.')));
  const isImage = (path: string): boolean => extensions.has(/\.[^./]+$/.exec(path)?.[0].toLowerCase() ?? '');
  return {
    images: visible.filter(isImage).sort(byCodePoint),
    others: visible.filter((path) => !isImage(path)).sort(byCodePoint),
  };
}

/** JavaScript's own order is that of UTF-16 units, which puts U+FFFF after characters beyond it. */
export function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (const [i, char] of left.entries()) {
    const difference = (char.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? -1);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** @param wanted the formats that could be read, for people */
export function emptyFolder(folder: string, others: readonly string[], wanted: string): DataError {
  const held = others.length === 0 ? 'no files' : few(others);
  const idx = others.some((path) => /idx[13]-ubyte|_batch.*\.bin$|\.tar\.gz$/.test(path));
  const help = idx ? '; files of a known set are read with its name and --data-dir' : '';
  return new DataError('DATA_EMPTY', `${folder}: no images (${wanted}); it holds ${held}${help}`, {
    file: folder,
  });
}

/** `a, b, c and 4 more` */
export function few(paths: readonly string[]): string {
  const more = paths.length - 3;
  return paths.slice(0, 3).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
