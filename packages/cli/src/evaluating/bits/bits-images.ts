import { createHash } from 'node:crypto';
import type { ModelSpec } from '@isonoise/bundle';
import { type Dataset, normalize, tagsOfImage } from '@isonoise/data';
import type { LikelihoodImages } from '@isonoise/evaluate';
import { type Condition, tagRows } from '@isonoise/sampler';
import { CliError } from '../../errors.ts';
import { chosenRows } from '../measure.ts';

/**
 * Whether the network gets the classes and the tags of the images. A field is null if the network has no such
 * input.
 */
export interface GivenConditions {
  readonly classes: 'given' | 'none' | null;
  readonly tags: 'given' | 'none' | null;
}

/** Images of a data set, in a random order that is the same for every command. */
export interface BitsImages extends GivenConditions {
  readonly count: number;
  /** Identity of the tags of all images of the data set; null if the network gets no tags. */
  readonly tagsSha256: string | null;
  /** Returns images `first` … `end - 1`. */
  take(first: number, end: number): LikelihoodImages;
}

/**
 * Chooses at most `count` images of a data set.
 *
 * @throws `CLI_USAGE` if the network needs classes or tags that the data set does not have
 */
export function bitsImages(set: Dataset, spec: ModelSpec, count: number): BitsImages {
  const rows = chosenRows(set.count, count);
  const size = set.pixels.length / set.count;
  const classes = classesOf(set, spec);
  const tags = tagsOf(set, spec);
  const conditionsOf = classes?.of ?? tags?.of;
  return {
    count: rows.length,
    classes: classes?.kind ?? null,
    tags: tags?.kind ?? null,
    tagsSha256: tags?.sha256 ?? null,
    take(first, end) {
      const numbers = Array.from(rows.subarray(first, end));
      const pixels = new Uint8Array(numbers.length * size);
      numbers.forEach((row, k) => {
        pixels.set(set.pixels.subarray(row * size, (row + 1) * size), k * size);
      });
      const x0 = normalize(pixels);
      return conditionsOf === undefined ? { x0, numbers } : { x0, numbers, condition: conditionsOf(numbers) };
    },
  };
}

interface Conditions {
  readonly kind: 'given' | 'none';
  /** Returns the conditions of the given images. */
  of(images: readonly number[]): Condition;
}

function classesOf(set: Dataset, { name, classes }: ModelSpec): Conditions | null {
  if (classes === null) return null;
  const { labels, classNames = [] } = set;
  const { names, nullClass } = classes;
  const isSame = names.length === classNames.length && names.every((each, i) => each === classNames[i]);
  if (labels !== undefined && isSame) {
    return { kind: 'given', of: (images) => Int32Array.from(images, (image) => labels[image] ?? 0) };
  }
  if (nullClass !== null) {
    return { kind: 'none', of: (images) => new Int32Array(images.length).fill(nullClass) };
  }
  throw new CliError(
    'CLI_USAGE',
    `--bits: the classes of ${set.name} differ from those of ${name}, which has no null class; expected the same classes. ` +
      'Pass the training data with --dataset.',
  );
}

function tagsOf(
  { name: set, tags }: Dataset,
  { name, tags: known }: ModelSpec,
): (Conditions & { readonly sha256: string | null }) | null {
  if (known === undefined) return null;
  const { length } = known.names;
  if (tags !== undefined && tags.indices.length > 0) {
    const { offsets, indices } = tags;
    return {
      kind: 'given',
      of: (images) =>
        tagRows(
          images.map((image) => tagsOfImage(tags, image)),
          length,
        ),
      sha256: createHash('sha256').update(offsets).update(indices).digest('hex'),
    };
  }
  if (known.dropped) {
    return { kind: 'none', of: (images) => new Float32Array(images.length * length), sha256: null };
  }
  throw new CliError(
    'CLI_USAGE',
    `--bits: the images of ${set} have none of the tags of ${name}, which was never trained without tags; expected ` +
      'images with tags. Pass the training data with --dataset.',
  );
}
