import { type Dataset, type FolderImages, tagCounts } from '@isonoise/data';
import type { ByteImages } from '../ui/image-grid.tsx';

/** A class or a tag, and the number of its images. */
export interface NamedCount {
  readonly name: string;
  readonly count: number;
}

/** The facts about images that the page shows before a run begins. */
export interface ImageLook {
  readonly count: number;
  readonly shape: Dataset['shape'];
  /** Some images, evenly spread over the set. */
  readonly thumbnails: ByteImages;
  /** Null without classes. */
  readonly classes: readonly NamedCount[] | null;
  /** The most common first; null without tags. */
  readonly tags: readonly NamedCount[] | null;
  /** Size of all pixels in bytes. */
  readonly bytes: number;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  /** Advice on images and settings; empty while the form is invalid. */
  readonly advice: readonly string[];
}

/** Maximum number of thumbnails: three rows of eight. */
const MOST_THUMBNAILS = 24;

/** Describes a set of images. */
export function describeImages(
  { dataset, notes, warnings }: FolderImages,
  advice: readonly string[],
): ImageLook {
  const { count, shape, pixels, labels, classNames, tags } = dataset;
  return {
    count,
    shape,
    thumbnails: thumbnailsOf(dataset),
    classes: labels === undefined || classNames === undefined ? null : namedCounts(classNames, labels),
    tags:
      tags === undefined ? null : tagCounts(tags).map((of, i) => ({ name: tags.names[i] ?? '', count: of })),
    bytes: pixels.length,
    notes,
    warnings,
    advice,
  };
}

function namedCounts(names: readonly string[], labels: Iterable<number>): readonly NamedCount[] {
  const counts = new Uint32Array(names.length);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return names.map((name, i) => ({ name, count: counts[i] ?? 0 }));
}

function thumbnailsOf({ count, shape: { channels, height, width }, pixels }: Dataset): ByteImages {
  const shown = Math.min(count, MOST_THUMBNAILS);
  const size = channels * height * width;
  const bytes = new Uint8Array(shown * size);
  for (let i = 0; i < shown; i++) {
    const at = Math.floor((i * count) / shown) * size;
    bytes.set(pixels.subarray(at, at + size), i * size);
  }
  return { bytes, shape: [shown, channels, height, width] };
}
