import { labelImages } from './folder-labels.ts';
import { folderLayout } from './folder-layout.ts';
import { type FolderListing, few, OTHER_FORMATS } from './folder-listing.ts';
import { fromEachClass } from './limit.ts';
import { METADATA_FILES, parseMetadata } from './metadata.ts';
import { decodeText } from './text.ts';

/** Which images of a folder make a set, before any is decoded. */
export interface FolderPlan {
  /** Paths in the order of the set, in Unicode's composed form. */
  readonly images: readonly string[];
  readonly labels?: Int32Array;
  readonly classNames?: readonly string[];
  /** The path of an image as the file system has it. */
  readonly storedPath: (image: string) => string;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

export interface FolderPlanOptions {
  /** Whether subfolders or metadata give classes. Default true; false takes every image, in whatever folder. */
  readonly labels?: boolean | undefined;
  /** The classes there may be, in the order of their indices. Default: those that occur. */
  readonly classes?: readonly string[] | undefined;
  /** Take this many images, from every class in turn. Default: all. */
  readonly limit?: number | undefined;
}

/**
 * Decides which images of a folder are taken, in what order and under what labels.
 *
 * @param folder begins the messages
 * @param readFile a file of the folder by its stored path
 * @throws DataError as `folderLayout`, `parseMetadata`, `labelImages`, and what `readFile` throws
 */
export async function planFolder(
  folder: string,
  listing: FolderListing,
  readFile: (path: string) => Promise<Uint8Array>,
  options: FolderPlanOptions = {},
): Promise<FolderPlan> {
  const storedPath = (image: string): string => listing.stored.get(image) ?? image;
  const layout =
    options.labels === false
      ? { base: '', images: listing.images, notes: [] }
      : folderLayout(folder, listing);
  const { metadata } = layout;
  const rows =
    metadata === undefined
      ? undefined
      : parseMetadata(
          decodeText(await readFile(storedPath(metadata.path)), `${folder}/${metadata.path}`),
          `${folder}/${metadata.path}`,
          metadata.kind,
        );
  const { labels, classNames, warnings } =
    options.labels === false ? { warnings: [] } : labelImages(folder, layout, rows, options.classes);
  const read = metadata === undefined && options.labels === false ? METADATA_FILES : [metadata?.path];
  const others = listing.others.filter((path) => !read.some((name) => name === path));
  // A class may be gone with them.
  const unread = others.filter((path) => path.startsWith(layout.base) && OTHER_FORMATS.test(path));
  const notes = [
    ...layout.notes,
    ...(others.length === 0 ? [] : [`left out, not images that are read: ${few(others)}`]),
    ...(listing.system.length === 0 ? [] : [`left out, made by the system: ${few(listing.system)}`]),
  ];
  const taken = fromEachClass(layout.images.length, labels, options.limit ?? layout.images.length);
  const images = taken.map((i) => layout.images[i] ?? '');
  const plan = { images, storedPath, notes, warnings: [...warnings, ...unreadFormats(unread)] };
  if (labels === undefined || classNames === undefined) return plan;
  return { ...plan, labels: Int32Array.from(taken, (i) => labels[i] ?? 0), classNames };
}

function unreadFormats(unread: readonly string[]): readonly string[] {
  if (unread.length === 0) return [];
  return [
    `${unread.length} images are left out, of formats that are not read: ${few(unread)}. Convert them to PNG.`,
  ];
}
