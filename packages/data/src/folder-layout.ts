import { DataError } from './errors.ts';
import { type FolderListing, few } from './folder-listing.ts';
import { METADATA_FILES, type MetadataFile } from './metadata.ts';

/** How a folder of images is laid out. */
export interface FolderLayout {
  /** Folder that holds the set, with a `/` behind it: `train/`; '' where it is the folder itself. */
  readonly base: string;
  /** Images in `base`. */
  readonly images: readonly string[];
  /** Where labels are listed, and the folder that its names are relative to; absent where folders are the classes. */
  readonly metadata?: { readonly path: string; readonly kind: MetadataFile; readonly base: string };
  /** What was taken for what. */
  readonly notes: readonly string[];
}

/** Names of splits, as people and tools call them. */
const TRAINING: ReadonlySet<string> = new Set(['train', 'training']);
const HELD_OUT: ReadonlySet<string> = new Set([
  'test',
  'testing',
  'val',
  'valid',
  'validation',
  'eval',
  'evaluation',
  'dev',
]);

/**
 * Finds the training images where the top folders are splits (`train/`, `test/`), and the metadata beside them, as
 * Hugging Face's ImageFolder has both.
 *
 * @param folder begins the messages
 * @throws DataError `DATA_MISMATCH` for splits without a training one, or beside other folders, and for two metadata
 * files; `DATA_FORMAT` for metadata.parquet
 */
export function folderLayout(folder: string, listing: FolderListing): FolderLayout {
  const { images, others } = listing;
  const tops = topFolders(images);
  const found = base(folder, tops, images, others);
  const places = found.base === '' ? [''] : [found.base, ''];
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
  const inBase = images.filter((path) => path.startsWith(found.base));
  return { ...found, images: inBase, ...(first !== undefined && { metadata: first }) };
}

function base(
  folder: string,
  tops: ReadonlyMap<string, number>,
  images: readonly string[],
  others: readonly string[],
): Pick<FolderLayout, 'base' | 'notes'> {
  const names = [...tops.keys()];
  const training = names.filter((name) => TRAINING.has(name.toLowerCase()));
  const heldOut = names.filter((name) => HELD_OUT.has(name.toLowerCase()));
  const rest = names.filter((name) => !training.includes(name) && !heldOut.includes(name));
  const loose = images.some((path) => !path.includes('/'));
  const [train] = training;
  const onlySplits = rest.length === 0 && !loose;
  if (train !== undefined && training.length === 1 && onlySplits) {
    const left = heldOut.map((name) => `${name}/ (${tops.get(name)} images)`);
    const tail = left.length === 0 ? '' : `; left out: ${left.join(', ')}`;
    return { base: `${train}/`, notes: [`${train}/ is the training split${tail}`] };
  }
  const split = training.length + heldOut.length;
  if ((onlySplits && split > 0 && names.length > 1) || (train !== undefined && heldOut.length > 0))
    throw new DataError(
      'DATA_MISMATCH',
      `${folder}: its folders ${few(names, 6)} are splits${rest.length > 0 || loose ? ' beside other images' : ''}; ` +
        'expected one training split, or a folder a class. Give the folder to train on itself, such as ' +
        `${folder}/${train ?? names[0]}.`,
      { file: folder },
    );
  const [only] = names;
  const wrapped =
    only !== undefined &&
    names.length === 1 &&
    !loose &&
    METADATA_FILES.some((kind) => others.includes(`${only}/${kind}`)) &&
    !METADATA_FILES.some((kind) => others.includes(kind));
  return wrapped
    ? { base: `${only}/`, notes: [`${only}/ is read: it holds the images and their metadata`] }
    : { base: '', notes: [] };
}

/** Images in each top folder. */
function topFolders(images: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const path of images) {
    const slash = path.indexOf('/');
    if (slash >= 0) counts.set(path.slice(0, slash), (counts.get(path.slice(0, slash)) ?? 0) + 1);
  }
  return counts;
}
