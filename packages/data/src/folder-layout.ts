import { printable } from '@isonoise/error';
import { DataError } from './errors.ts';
import { type FolderListing, few, imageCount } from './folder-listing.ts';
import { METADATA_FILES, type MetadataFile } from './metadata.ts';
import { splitFolders } from './split-folders.ts';

/** Layout of a folder of images. */
export interface FolderLayout {
  /** Folder that contains the set, with a trailing `/`, such as `train/`; '' for the given folder itself. */
  readonly base: string;
  /** Images in `base`. */
  readonly images: readonly string[];
  /** File that lists the labels, and the folder to which its names are relative; absent if folders are the classes. */
  readonly metadata?: { readonly path: string; readonly kind: MetadataFile; readonly base: string };
  /** Notes about the interpretation of the folders. */
  readonly notes: readonly string[];
}

/**
 * Finds the training images and their metadata. Folders can be splits (`train/`, `test/`), even inside outer folders,
 * as in Hugging Face's ImageFolder and Kaggle's archives.
 *
 * @param folder prefix of the error messages
 * @throws DataError `DATA_MISMATCH` if the training split is missing, splits are next to other folders, or there are two
 *   metadata files; `DATA_FORMAT` for metadata.parquet
 */
export function folderLayout(folder: string, listing: FolderListing): FolderLayout {
  const { images, others } = listing;
  const notes: string[] = [];
  // The folders on the way from the given folder to the set, such as '', 'archive/', 'archive/train/'.
  const bases = [''];
  let base = '';
  for (;;) {
    const next = inward(folder, base, images, others);
    if (next === null) break;
    base += `${next.name}/`;
    bases.push(base);
    if (next.note !== null) notes.push(next.note);
  }
  const places = bases.toReversed();
  const parquet = places.map((place) => `${place}metadata.parquet`).find((path) => others.includes(path));
  if (parquet !== undefined)
    throw new DataError(
      'DATA_FORMAT',
      `${folder}/${parquet}: Parquet is not read; expected ${METADATA_FILES.join(' or ')}. Export it as one of them.`,
      { file: `${folder}/${parquet}` },
    );
  const metadata = places.flatMap((place) =>
    METADATA_FILES.filter((kind) => others.includes(place + kind)).map((kind) => ({
      path: place + kind,
      kind,
      base: place,
    })),
  );
  const [first, second] = metadata;
  if (first !== undefined && second !== undefined)
    throw new DataError(
      'DATA_MISMATCH',
      `${folder}: both ${first.path} and ${second.path} list the images; expected one file. Remove the other.`,
      { file: `${folder}/${second.path}` },
    );
  const inBase = images.filter((path) => path.startsWith(base));
  return { base, images: inBase, notes, ...(first !== undefined && { metadata: first }) };
}

/**
 * Finds the subfolder of `base` that contains the set.
 *
 * @returns its name and a note for the user; null if `base` itself contains the set
 */
function inward(
  folder: string,
  base: string,
  images: readonly string[],
  others: readonly string[],
): { readonly name: string; readonly note: string | null } | null {
  const inBase = images.filter((path) => path.startsWith(base)).map((path) => path.slice(base.length));
  const tops = topFolders(inBase);
  const names = [...tops.keys()];
  const { training, heldOut, rest } = splitFolders(names);
  const loose = inBase.some((path) => !path.includes('/'));
  const [train] = training;
  const onlySplits = rest.length === 0 && !loose;
  const [only] = loose || names.length > 1 ? [] : names;
  // Archives often contain train/train/. The inner folder is not a class.
  if (only !== undefined && only === base.split('/').at(-2)) return { name: only, note: null };
  if (train !== undefined && training.length === 1 && onlySplits) {
    const left = heldOut.map((name) => `${base}${name}/ (${imageCount(tops.get(name) ?? 0)})`);
    const tail = left.length === 0 ? '' : `; left out: ${left.join(', ')}`;
    return { name: train, note: printable(`${base}${train}/ is the training split${tail}`) };
  }
  const split = training.length + heldOut.length;
  if ((onlySplits && split > 0 && names.length > 1) || (train !== undefined && heldOut.length > 0))
    throw new DataError(
      'DATA_MISMATCH',
      `${folder}: its folders ${few(
        names.map((name) => base + name),
        6,
      )} are splits${rest.length > 0 || loose ? ' next to other images' : ''}; ` +
        'expected one training split, or one folder per class. Give the folder to train on, such as ' +
        `${folder}/${base}${train ?? names[0]}.`,
      { file: folder },
    );
  if (only === undefined) return null;
  const inside = `${base}${only}/`;
  const hasMetadata = (place: string): boolean =>
    METADATA_FILES.some((kind) => others.includes(place + kind));
  if (hasMetadata(inside) && !hasMetadata(base))
    return { name: only, note: `${inside} was read: it holds the images and their metadata` };
  const below = topFolders(inBase.map((path) => path.slice(only.length + 1)));
  const splits = splitFolders([...below.keys()]);
  return splits.training.length > 0 && splits.heldOut.length > 0 ? { name: only, note: null } : null;
}

/** Counts the images in each top folder. */
function topFolders(images: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const path of images) {
    const slash = path.indexOf('/');
    if (slash >= 0) counts.set(path.slice(0, slash), (counts.get(path.slice(0, slash)) ?? 0) + 1);
  }
  return counts;
}
