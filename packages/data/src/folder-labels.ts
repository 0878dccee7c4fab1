import { plural } from '@isonoise/error';
import { DataError } from './errors.ts';
import type { FolderLayout } from './folder-layout.ts';
import { byCodePoint, few } from './folder-listing.ts';
import type { MetadataRow } from './metadata.ts';

export interface FolderLabels {
  /** `[N]`; absent if the images have no labels. */
  readonly labels?: Int32Array;
  readonly classNames?: readonly string[];
  /** Warnings about labels that the user may not have intended. */
  readonly warnings: readonly string[];
}

/**
 * Assigns a class to each image of a folder.
 *
 * - With metadata, the rows have the labels. Strings become classes in code point order. Integers are class indices,
 *   from 0 to the largest one.
 * - Without metadata, the first folder of a path below the base is the label, so `cats/1.png` has the label `cats`.
 *   If the base itself contains images, its subfolders must not contain any.
 *
 * @param root prefix of the error messages
 * @param rows the rows of `layout.metadata`
 * @param classes allowed classes, in index order; default: all classes that occur
 * @throws DataError `DATA_MISMATCH` if rows and files disagree, or only some images have labels; `DATA_LABEL` if a
 *   label is not in `classes`; `DATA_NOT_FOUND` if a row has no image
 */
export function labelImages(
  root: string,
  layout: FolderLayout,
  rows: readonly MetadataRow[] | undefined,
  classes?: readonly string[],
): FolderLabels {
  const { images, base } = layout;
  const labelOf =
    rows === undefined
      ? new Map(images.map((path) => [path, topFolder(path.slice(base.length))]))
      : labelsOfRows(root, layout, rows);
  const unlabelled = images.find((path) => labelOf.get(path) === undefined);
  const labelled = images.find((path) => labelOf.get(path) !== undefined);
  if (unlabelled !== undefined && labelled !== undefined)
    throw new DataError(
      'DATA_MISMATCH',
      `${root}: ${unlabelled} is in the folder itself and ${labelled} in a subfolder; expected all images in class ` +
        'folders, or all in one folder. Move them, list them in metadata.jsonl, or turn labels off.',
      { file: `${root}/${unlabelled}` },
    );
  if (labelled === undefined) {
    if (classes !== undefined)
      throw new DataError(
        'DATA_LABEL',
        `${root}: the images have no labels; expected the classes ${classes.join(', ')}. Add labels.`,
      );
    const unnamed =
      rows !== undefined && `${layout.metadata?.path} has no "label"; the images have no classes`;
    return { warnings: unnamed === false ? [] : [unnamed] };
  }
  const names = classes?.map((name) => name.normalize('NFC')) ?? classNamesOf([...new Set(labelOf.values())]);
  const index = new Map(names.map((name, i) => [name, i]));
  const labels = Int32Array.from(images, (path) => {
    const name = String(labelOf.get(path));
    const label = index.get(name);
    if (label === undefined)
      throw new DataError(
        'DATA_LABEL',
        `${root}/${path}: unknown label ${JSON.stringify(name)}; expected one of ${names.join(', ')}.`,
        { file: `${root}/${path}` },
      );
    return label;
  });
  return {
    labels,
    classNames: names,
    warnings: rows === undefined ? oneClassWarnings(root, layout, names) : [],
  };
}

/** Returns a warning if there is only one class and its folder seems to contain the actual class folders. */
function oneClassWarnings(
  root: string,
  { base, images }: FolderLayout,
  names: readonly string[],
): readonly string[] {
  const [only, second] = names;
  if (only === undefined || second !== undefined) return [];
  const below = base.length + only.length + 1;
  const inside = new Set(images.map((path) => topFolder(path.slice(below))));
  if (inside.size < 2 || inside.has(undefined)) return [];
  const found = few([...inside].map(String), 6);
  return [
    `${root}: found one class, ${only}; its subfolders (${found}) are not classes. If they should be, train on ` +
      `${root}/${base}${only}.`,
  ];
}

function topFolder(path: string): string | undefined {
  const slash = path.indexOf('/');
  return slash < 0 ? undefined : path.slice(0, slash);
}

/**
 * Names the classes. Integer labels are indices, so every class up to the largest index exists, even if it has no
 * images.
 */
function classNamesOf(labels: readonly (string | number | undefined)[]): readonly string[] {
  const numbers = labels.filter((label) => typeof label === 'number');
  if (numbers.length > 0)
    return Array.from({ length: numbers.reduce((a, b) => Math.max(a, b)) + 1 }, (_, i) => String(i));
  return labels.map(String).sort(byCodePoint);
}

/** Maps each image to the label of its row. Skips rows of other splits, whose images are not read. */
function labelsOfRows(
  root: string,
  { images, base, metadata }: FolderLayout,
  rows: readonly MetadataRow[],
): ReadonlyMap<string, string | number | undefined> {
  const present = new Set(images);
  const labelOf = new Map<string, string | number | undefined>();
  for (const { fileName, label, where } of rows) {
    const path = `${metadata?.base ?? ''}${fileName}`;
    if (!path.startsWith(base)) continue;
    if (!present.has(path))
      throw new DataError(
        'DATA_NOT_FOUND',
        `${where}: ${fileName} is not in ${root}; expected an image of this name.`,
        {
          file: `${root}/${path}`,
        },
      );
    labelOf.set(path, label);
  }
  const missing = images.find((path) => !labelOf.has(path));
  if (missing !== undefined)
    throw new DataError(
      'DATA_MISMATCH',
      `${root}/${missing}: not in ${metadata?.path}, which lists ${labelOf.size} of ${plural(images.length, 'image')}; expected ` +
        'a row for each. Add the missing rows.',
      { file: `${root}/${missing}` },
    );
  return labelOf;
}
