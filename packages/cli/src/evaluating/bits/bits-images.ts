import type { ModelSpec } from '@isonoise/bundle';
import { type Dataset, normalize } from '@isonoise/data';
import type { LikelihoodImages } from '@isonoise/evaluate';
import { CliError } from '../../errors.ts';
import { chosenRows } from '../measure.ts';

/** Some images of a set, in a random order that every command repeats. */
export interface BitsImages {
  readonly count: number;
  /** Whether the network gets the class of each image or no class; null for a network without classes. */
  readonly classes: 'given' | 'none' | null;
  /** Images `first` … `end - 1`. */
  take(first: number, end: number): LikelihoodImages;
}

/**
 * Chooses images of a set, at most `count`.
 *
 * @throws `CLI_USAGE` the network needs a class, but its classes are not those of the set and it has no null class
 */
export function bitsImages(set: Dataset, { name, classes }: ModelSpec, count: number): BitsImages {
  const rows = chosenRows(set.count, count);
  const size = set.pixels.length / set.count;
  const { labels, classNames = [] } = set;
  const isSame =
    classes !== null &&
    labels !== undefined &&
    classes.names.length === classNames.length &&
    classes.names.every((each, i) => each === classNames[i]);
  const nullClass = classes?.nullClass ?? null;
  if (classes !== null && !isSame && nullClass === null) {
    throw new CliError(
      'CLI_USAGE',
      `--bits: the classes of ${set.name} are not those of ${name}, which has no null class; expected the same classes. ` +
        'Name the set that the model was trained on with --dataset.',
    );
  }
  const labelOf = (row: number): number => (isSame ? (labels?.[row] ?? 0) : (nullClass ?? 0));
  return {
    count: rows.length,
    classes: classes === null ? null : isSame ? 'given' : 'none',
    take(first, end) {
      const numbers = Array.from(rows.subarray(first, end));
      const pixels = new Uint8Array(numbers.length * size);
      numbers.forEach((row, k) => {
        pixels.set(set.pixels.subarray(row * size, (row + 1) * size), k * size);
      });
      const x0 = normalize(pixels);
      return classes === null ? { x0, numbers } : { x0, numbers, labels: Int32Array.from(numbers, labelOf) };
    },
  };
}
