import { plural } from '@isonoise/error';
import type { ImageShape } from '@isonoise/schedule';
import { DataError } from './errors.ts';
import { checkLimits, DATA_LIMITS } from './limits.ts';
import { checkTags, type TagTable } from './tags.ts';

/**
 * A whole set of images in memory, with one byte per value. Only batches are converted to floats. A set is immutable
 * by convention: nothing in this package writes to its `pixels` or `labels`.
 */
export interface Dataset {
  readonly name: string;
  /** Number of images, N; at least 1. */
  readonly count: number;
  readonly shape: ImageShape;
  /** Values of the images, `[N, C, H, W]`, 0..255. With 4 channels, colours are premultiplied by alpha (alpha.ts). */
  readonly pixels: Uint8Array;
  /** Class of each image, `[N]`, as an index into `classNames`; absent if the set has no classes. */
  readonly labels?: Uint8Array | Int32Array;
  /** Name of each class; present only with `labels`. */
  readonly classNames?: readonly string[];
  /** Tags of the images; absent if they have none. If a set has both tags and classes, training uses the tags. */
  readonly tags?: TagTable;
  /** Path of each image in its folder, `[N]`, with `/`; absent if the images are not separate files. */
  readonly files?: readonly string[];
}

/**
 * Checks that the parts of a set agree, and returns the set.
 *
 * @throws DataError `DATA_EMPTY` if the set has no images; `DATA_LIMIT` if it exceeds a limit; `DATA_MISMATCH` if its parts
 *   disagree; `DATA_LABEL` if a label is not the index of a class
 */
export function checkedDataset<T extends Dataset>(dataset: T): T {
  const { name, count, shape, pixels, labels, classNames, tags, files } = dataset;
  if (count < 1)
    throw new DataError('DATA_EMPTY', `${name}: found no images; expected at least one.`, { file: name });
  const { channels, height, width } = shape;
  if (channels !== 1 && channels !== 3 && channels !== 4)
    throw new DataError(
      'DATA_MISMATCH',
      `${name}: found ${plural(channels, 'channel')}; expected 1 (grey), 3 (colour) or 4 (colour and alpha).`,
    );
  checkLimits(name, count, channels, height, width);
  const expected = count * channels * height * width;
  if (pixels.length !== expected)
    throw new DataError(
      'DATA_MISMATCH',
      `${name}: ${plural(pixels.length, 'byte')} of pixels; expected ${expected} for ${plural(count, 'image')} of ` +
        `[${channels}, ${height}, ${width}].`,
    );
  if (files !== undefined && files.length !== count)
    throw new DataError(
      'DATA_MISMATCH',
      `${name}: ${plural(files.length, 'file name')}; expected one for each of ${plural(count, 'image')}.`,
    );
  if ((labels === undefined) !== (classNames === undefined))
    throw new DataError(
      'DATA_MISMATCH',
      `${name}: found only one of labels and classNames; expected both or neither.`,
    );
  if (labels !== undefined && classNames !== undefined) checkLabels(name, count, labels, classNames.length);
  if (tags !== undefined) checkTags(name, count, tags);
  return dataset;
}

function checkLabels(name: string, count: number, labels: ArrayLike<number>, classes: number): void {
  if (classes < 1 || classes > DATA_LIMITS.classes)
    throw new DataError(
      'DATA_LIMIT',
      `${name}: ${plural(classes, 'class', 'classes')}; expected 1 to ${DATA_LIMITS.classes}.`,
    );
  if (labels.length !== count)
    throw new DataError(
      'DATA_MISMATCH',
      `${name}: ${plural(labels.length, 'label')} for ${plural(count, 'image')}; expected one label per image.`,
    );
  for (let i = 0; i < count; i++) {
    const label = labels[i] ?? -1;
    if (label < 0 || label >= classes)
      throw new DataError(
        'DATA_LABEL',
        `${name}: image ${i} has label ${label}; expected 0 to ${classes - 1}.`,
      );
  }
}
