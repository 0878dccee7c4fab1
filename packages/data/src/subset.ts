import { plural } from '@isonoise/error';
import type { Dataset } from './dataset.ts';
import { DataError } from './errors.ts';
import { tagsOfImages } from './tags.ts';

/** Returns whether image `index` is kept. `label` is undefined if the set has no labels. */
export type Keep = (index: number, label: number | undefined) => boolean;

/**
 * Returns selected images of a set, in their order. Keeps all names of classes and tags, even those that no selected
 * image has.
 *
 * @param select number of images to take from the beginning, 1 to N, or a predicate. With a number, the pixels of the
 *   result are a view
 * @throws DataError `DATA_ARGUMENT` if the number is out of range; `DATA_EMPTY` if no image is kept
 */
export function subset(dataset: Dataset, select: number | Keep): Dataset {
  const { name, count, shape, pixels, labels, tags, files } = dataset;
  const values = shape.channels * shape.height * shape.width;
  if (typeof select === 'number') {
    if (!Number.isInteger(select) || select < 1 || select > count)
      throw new DataError(
        'DATA_ARGUMENT',
        `subset of ${name}: got ${select}; expected an integer from 1 to ${count}.`,
      );
    return {
      ...dataset,
      count: select,
      pixels: pixels.subarray(0, select * values),
      ...(labels !== undefined && { labels: labels.subarray(0, select) }),
      ...(tags !== undefined && {
        tags: tagsOfImages(
          tags,
          Array.from({ length: select }, (_, i) => i),
        ),
      }),
      ...(files !== undefined && { files: files.slice(0, select) }),
    };
  }
  const kept: number[] = [];
  for (let i = 0; i < count; i++) if (select(i, labels?.[i])) kept.push(i);
  if (kept.length === 0)
    throw new DataError(
      'DATA_EMPTY',
      `subset of ${name}: none of its ${plural(count, 'image')} was kept; expected at least one.`,
    );
  const chosen = new Uint8Array(kept.length * values);
  kept.forEach((from, to) => {
    chosen.set(pixels.subarray(from * values, (from + 1) * values), to * values);
  });
  const rest = {
    ...dataset,
    count: kept.length,
    pixels: chosen,
    ...(tags !== undefined && { tags: tagsOfImages(tags, kept) }),
    ...(files !== undefined && { files: kept.map((from) => files[from] ?? '') }),
  };
  if (labels === undefined) return rest;
  const classes = new Int32Array(kept.length);
  kept.forEach((from, to) => {
    classes[to] = labels[from] as number;
  });
  return { ...rest, labels: classes };
}
