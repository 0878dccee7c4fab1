import { sha256Hex } from '@isonoise/bundle';
import type { Dataset } from '@isonoise/data';

/** What a run remembers of its images, to know them again: plain JSON, at most a few MB for the largest set. */
export interface DataRecord {
  readonly version: 1;
  /** Over shape, class names, labels and pixels, all in order. */
  readonly sha256: string;
  readonly count: number;
  readonly shape: Dataset['shape'];
  readonly classNames: readonly string[] | null;
  /** Images that one digest stands for: 1, or more where there are more than {@link MOST_DIGESTS} images. */
  readonly imagesPerDigest: number;
  /** The beginnings of the SHA-256 of all groups of images, {@link DIGEST_LENGTH} digits each, joined. */
  readonly digests: string;
  /** Class of each image; null where there are no classes, or one digest stands for several images. */
  readonly labels: readonly number[] | null;
  /** File of each image; null where images have none of their own, or one digest stands for several images. */
  readonly files: readonly string[] | null;
}

export const DIGEST_LENGTH = 12;
const MOST_DIGESTS = 2 ** 16;

/**
 * Records a set of images. Its name and its place are not part of what is hashed.
 *
 * @param sha256 of bytes, in hexadecimal; the platform's own is several times faster than the default
 */
export function recordData(dataset: Dataset, sha256: (bytes: Uint8Array) => string = sha256Hex): DataRecord {
  const { count, shape, pixels, labels, classNames = null, files } = dataset;
  const values = shape.channels * shape.height * shape.width;
  const imagesPerDigest = Math.ceil(count / MOST_DIGESTS);
  const groups: string[] = [];
  for (let at = 0; at < count; at += imagesPerDigest)
    groups.push(sha256(pixels.subarray(at * values, Math.min(at + imagesPerDigest, count) * values)));
  const { channels, height, width } = shape;
  const head = JSON.stringify({ count, channels, height, width, classNames, imagesPerDigest });
  // Little-endian on every system.
  const classes = new DataView(new ArrayBuffer(4 * (labels?.length ?? 0)));
  labels?.forEach((label, i) => {
    classes.setInt32(4 * i, label, true);
  });
  const parts = [head, sha256(new Uint8Array(classes.buffer)), ...groups];
  const single = imagesPerDigest === 1;
  return {
    version: 1,
    sha256: sha256(new TextEncoder().encode(parts.join('\n'))),
    count,
    shape: { channels, height, width },
    classNames,
    imagesPerDigest,
    digests: groups.map((digest) => digest.slice(0, DIGEST_LENGTH)).join(''),
    labels: single && labels !== undefined ? [...labels] : null,
    files: single && files !== undefined ? files : null,
  };
}
