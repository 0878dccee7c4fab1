import { sha256Hex } from '@isonoise/bundle';
import type { Dataset, TagTable } from '@isonoise/data';

/** The record by which a run recognizes its images. It is plain JSON of at most a few MB, even for the largest set. */
export interface DataRecord {
  readonly version: 1;
  /** Hash of the shape, class names, labels and pixels, in order, and of any tags. */
  readonly sha256: string;
  readonly count: number;
  readonly shape: Dataset['shape'];
  readonly classNames: readonly string[] | null;
  /** Images per digest. It is above 1 if there are more than {@link MOST_DIGESTS} images. */
  readonly imagesPerDigest: number;
  /** Digests of the groups of images, joined. A digest is the first {@link DIGEST_LENGTH} digits of the SHA-256. */
  readonly digests: string;
  /** Class of each image; null without classes, and if a digest covers several images. */
  readonly labels: readonly number[] | null;
  /** File of each image; null if the images are not separate files, or a digest covers several images. */
  readonly files: readonly string[] | null;
  /** Names of the tags, and the SHA-256 of all images' tags; absent without tags. */
  readonly tags?: { readonly names: readonly string[]; readonly sha256: string } | undefined;
}

export const DIGEST_LENGTH = 12;
const MOST_DIGESTS = 2 ** 16;

/**
 * Records a set of images. The name and the location of the set do not matter.
 *
 * @param sha256 hashes bytes to hexadecimal digits. The platform's SHA-256, such as `node:crypto`, is several times
 *   as fast as the default
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
  // Hash labels as little-endian on every system.
  const classes = new DataView(new ArrayBuffer(4 * (labels?.length ?? 0)));
  labels?.forEach((label, i) => {
    classes.setInt32(4 * i, label, true);
  });
  const tagged = dataset.tags && { names: dataset.tags.names, sha256: hashTags(dataset.tags, sha256) };
  const parts = [
    head,
    sha256(new Uint8Array(classes.buffer)),
    ...groups,
    ...(tagged === undefined ? [] : [JSON.stringify(tagged)]),
  ];
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
    ...(tagged !== undefined && { tags: tagged }),
  };
}

/** Hashes offsets and indices as little-endian 32-bit numbers. */
function hashTags({ offsets, indices }: TagTable, sha256: (bytes: Uint8Array) => string): string {
  const bytes = new DataView(new ArrayBuffer(4 * (offsets.length + indices.length)));
  [...offsets, ...indices].forEach((value, i) => {
    bytes.setUint32(4 * i, value, true);
  });
  return sha256(new Uint8Array(bytes.buffer));
}
