import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { decodeNpy } from '@isonoise/picture';

/** Reads a .npy file of images, `[count, C, H, W]`. @returns the SHA-256 of each image */
export async function imageHashes(file: string): Promise<readonly string[]> {
  const { data, shape } = decodeNpy(await readFile(file));
  const [count = 0] = shape;
  const size = data.length / count;
  return Array.from({ length: count }, (_, i) => {
    const image = data.subarray(i * size, (i + 1) * size);
    return createHash('sha256')
      .update(new Uint8Array(image.buffer, image.byteOffset, image.byteLength))
      .digest('hex');
  });
}

/** Images of one range in the result. */
export interface Range {
  /** Position of the first image. */
  readonly first: number;
  readonly count: number;
}

/**
 * Compares the images of a job with those of an undisturbed run.
 *
 * @param ranges the ranges of the result
 * @throws Error if an image differs, or if an image is missing in the ranges or occurs twice
 */
export function requireSameImages(
  expected: readonly string[],
  got: readonly string[],
  ranges: readonly Range[],
): void {
  const differing = expected.flatMap((hash, i) => (hash === got[i] ? [] : [i]));
  if (got.length !== expected.length || differing.length > 0) {
    throw new Error(
      `the job has ${got.length} images, and ${differing.length} differ from the undisturbed run (numbers ${differing.slice(0, 10)}); expected ${expected.length} equal images`,
    );
  }
  let next = 0;
  for (const { first, count } of ranges.toSorted((a, b) => a.first - b.first)) {
    if (first !== next)
      throw new Error(`a range of the result begins at image ${first}; expected image ${next}`);
    next += count;
  }
  if (next !== expected.length)
    throw new Error(`the ranges of the result end at image ${next}; expected ${expected.length}`);
}
