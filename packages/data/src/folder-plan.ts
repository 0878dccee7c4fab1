import { labelImages } from './folder-labels.ts';
import { folderLayout } from './folder-layout.ts';
import { type FolderListing, few, imageCount, OTHER_FORMATS } from './folder-listing.ts';
import { tagImages, tagSourceOf } from './folder-tags.ts';
import { fromEachClass } from './limit.ts';
import { METADATA_FILES, parseMetadata } from './metadata.ts';
import { decodeText } from './text.ts';

/** The images of a folder that form a set, before they are decoded. */
export interface FolderPlan {
  /** Paths in the order of the data set, in Unicode's composed form. */
  readonly images: readonly string[];
  readonly labels?: Int32Array;
  readonly classNames?: readonly string[];
  /** Names of each image's tags; absent without tags. */
  readonly tags?: readonly (readonly string[])[];
  /** Returns the path of an image in the file system. */
  readonly storedPath: (image: string) => string;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

export interface FolderPlanOptions {
  /** Whether subfolders or metadata are classes. Default true. With false, all images in all folders are taken. */
  readonly labels?: boolean | undefined;
  /** Allowed classes, in index order. Default: all classes that occur. */
  readonly classes?: readonly string[] | undefined;
  /** Whether `tags` and `text` of the metadata are ignored. Default false. */
  readonly ignoreTags?: boolean | undefined;
  /** Whether the words in file names become the tags. Default false. */
  readonly tagsFromNames?: boolean | undefined;
  /** Number of images to take, from every class in turn. Default: all. */
  readonly limit?: number | undefined;
}

/**
 * Chooses the images of a folder, their order and their labels.
 *
 * @param folder prefix of the error messages
 * @param readFile reads a file of the folder by its stored path
 * @throws DataError as `folderLayout`, `parseMetadata` and `labelImages`; errors of `readFile`
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
  const labelled =
    options.labels === false ? { warnings: [] } : labelImages(folder, layout, rows, options.classes);
  const { labels, classNames } = labelled;
  const source = tagSourceOf(rows, options);
  // With tags, missing classes do not matter.
  const warnings = source === null ? labelled.warnings : [];
  const read = metadata === undefined && options.labels === false ? METADATA_FILES : [metadata?.path];
  const others = listing.others.filter((path) => !read.some((name) => name === path));
  // Report these images as a warning instead of a note, because a class may be missing without them.
  const unread = others.filter((path) => path.startsWith(layout.base) && OTHER_FORMATS.test(path));
  const notes = [
    ...layout.notes,
    ...(others.length === 0 ? [] : [`left out files that are not supported images: ${few(others)}`]),
    ...(listing.system.length === 0 ? [] : [`left out system folders: ${few(listing.system)}`]),
  ];
  const taken = fromEachClass(layout.images.length, labels, options.limit ?? layout.images.length);
  const images = taken.map((i) => layout.images[i] ?? '');
  const rowOf = new Map(rows?.map((row) => [`${metadata?.base ?? ''}${row.fileName}`, row]));
  const tags =
    source === null
      ? undefined
      : tagImages(
          source,
          images,
          (image) => rowOf.get(image),
          (i) => classNames?.[labels?.[taken[i] ?? 0] ?? -1],
        );
  const plan = {
    images,
    ...(tags !== undefined && { tags }),
    storedPath,
    notes,
    warnings: [...warnings, ...unreadFormats(unread)],
  };
  if (labels === undefined || classNames === undefined) return plan;
  return { ...plan, labels: Int32Array.from(taken, (i) => labels[i] ?? 0), classNames };
}

function unreadFormats(unread: readonly string[]): readonly string[] {
  if (unread.length === 0) return [];
  const [formats, them] =
    unread.length === 1 ? ['an unsupported format', 'it'] : ['unsupported formats', 'them'];
  return [`left out ${imageCount(unread.length)} of ${formats}: ${few(unread)}. Convert ${them} to PNG.`];
}
