import { DataError } from './errors.ts';
import { byCodePoint, type FolderListing } from './folder-listing.ts';
import { METADATA_FILE, type MetadataRow } from './metadata.ts';

export interface LabelledImages {
  /** Relative paths in the order of the set. */
  readonly images: readonly string[];
  /** `[N]`; absent where the images have no labels. */
  readonly labels?: Int32Array;
  readonly classNames?: readonly string[];
}

/**
 * Which class each image of a folder belongs to.
 *
 * With `metadata.jsonl`: its rows; string labels are classes in the order of code points, integer labels are the
 * classes themselves (0 to the largest). Without: the first folder of each path, `cats/1.png` is a `cats`; images
 * that lie in the folder itself have no label, and then none may have one.
 *
 * @param classes the classes there may be, in the order of their indices; default: those that occur.
 * @throws DataError `DATA_MISMATCH` where rows and files, or labelled and unlabelled images, do not fit together;
 * `DATA_LABEL` for a label that is not in `classes`; `DATA_NOT_FOUND` for a row without its image.
 */
export function labelImages(
  root: string,
  listing: FolderListing,
  metadata: readonly MetadataRow[] | undefined,
  classes?: readonly string[],
): LabelledImages {
  const { images } = listing;
  if (metadata !== undefined) checkRows(root, images, metadata);
  const labelOf =
    metadata === undefined
      ? new Map(images.map((path) => [path, topFolder(path)]))
      : new Map(metadata.map(({ fileName, label }) => [fileName, label]));
  const unlabelled = images.find((path) => labelOf.get(path) === undefined);
  const labelled = images.find((path) => labelOf.get(path) !== undefined);
  if (unlabelled !== undefined && labelled !== undefined)
    throw new DataError(
      'DATA_MISMATCH',
      `${root}: ${unlabelled} lies in the folder itself and ${labelled} in a subfolder: put every image into the folder ` +
        `of its class, or all into one folder, or list them in ${METADATA_FILE}, or ask for no labels`,
      { file: `${root}/${unlabelled}` },
    );
  if (labelled === undefined) {
    if (classes !== undefined)
      throw new DataError(
        'DATA_LABEL',
        `${root}: its images have no labels, but classes ${classes.join(', ')} are wanted`,
      );
    return { images };
  }
  const names = classes ?? classNamesOf([...new Set(labelOf.values())]);
  const index = new Map(names.map((name, i) => [name, i]));
  const labels = Int32Array.from(images, (path) => {
    const name = String(labelOf.get(path));
    const label = index.get(name);
    if (label === undefined)
      throw new DataError(
        'DATA_LABEL',
        `${root}/${path}: unknown label ${JSON.stringify(name)}; the classes are ${names.join(', ')}`,
        { file: `${root}/${path}` },
      );
    return label;
  });
  return { images, labels, classNames: names };
}

function topFolder(path: string): string | undefined {
  const slash = path.indexOf('/');
  return slash < 0 ? undefined : path.slice(0, slash);
}

/** Integer labels are indices already: every class up to the largest exists, with or without images. */
function classNamesOf(labels: readonly (string | number | undefined)[]): readonly string[] {
  const numbers = labels.filter((label) => typeof label === 'number');
  if (numbers.length > 0)
    return Array.from({ length: numbers.reduce((a, b) => Math.max(a, b)) + 1 }, (_, i) => String(i));
  return labels.map(String).sort(byCodePoint);
}

function checkRows(root: string, images: readonly string[], rows: readonly MetadataRow[]): void {
  const present = new Set(images);
  for (const { fileName, where } of rows)
    if (!present.has(fileName))
      throw new DataError('DATA_NOT_FOUND', `${where}: names ${fileName}, which is not in ${root}`, {
        file: `${root}/${fileName}`,
      });
  const listed = new Set(rows.map(({ fileName }) => fileName));
  const missing = images.find((path) => !listed.has(path));
  if (missing !== undefined)
    throw new DataError(
      'DATA_MISMATCH',
      `${root}/${missing}: not in ${METADATA_FILE}, which must name each image of the folder (${rows.length} of ${images.length} are)`,
      { file: `${root}/${missing}` },
    );
}
