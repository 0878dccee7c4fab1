import { type Dataset, normalize } from '@isonoise/data';
import { openImageSearch } from './image-search.ts';
import { chosenRows, type PixelFacts } from './measure.ts';

/** Comparison of images with the training images, by pixels. */
export interface PixelComparison {
  /** Returns the facts of drawn images. @param pixels `[N, C, H, W]`, 8 bits each */
  factsOf(pixels: Uint8Array): Promise<PixelFacts>;
  /** Returns the facts of the held-out images, at most `count` of them. */
  factsOfHeldOut(heldOut: Dataset): Promise<PixelFacts>;
  dispose(): Promise<void>;
}

/**
 * Prepares comparisons by pixels. The distances of held-out images are computed at the first comparison,
 * because a command that only reads stored measures does not need them.
 *
 * @param heldOut real images that were not used in training; null if there are none
 * @param count number of drawn images, and maximum number of held-out images
 */
export async function comparePixels(
  training: Dataset,
  heldOut: Dataset | null,
  {
    count,
    threads,
    signal,
  }: { readonly count: number; readonly threads: number | null; readonly signal: AbortSignal },
): Promise<PixelComparison> {
  const search = await openImageSearch(training, threads);
  const labels = training.labels ?? null;
  let kept: Promise<PixelFacts['nearest']> | undefined;
  const ofHeldOut = (set: Dataset): Promise<PixelFacts['nearest']> => {
    kept ??= search.find(normalize(chosenPixels(set, count)), signal);
    return kept;
  };
  const heldOutDistances = async (): Promise<PixelFacts['heldOutDistances']> =>
    heldOut === null ? null : (await ofHeldOut(heldOut)).distances;
  return {
    factsOf: async (pixels) => ({
      nearest: await search.find(normalize(pixels), signal),
      heldOutDistances: await heldOutDistances(),
      labels,
    }),
    factsOfHeldOut: async (set) => {
      const nearest = await ofHeldOut(set);
      return { nearest, heldOutDistances: nearest.distances, labels };
    },
    dispose: () => search.dispose(),
  };
}

/** Returns the pixels of the randomly chosen images of a data set. */
function chosenPixels({ count: total, pixels }: Dataset, count: number): Uint8Array {
  const rows = chosenRows(total, count);
  const size = pixels.length / total;
  const chosen = new Uint8Array(rows.length * size);
  for (const [i, row] of rows.entries()) chosen.set(pixels.subarray(row * size, (row + 1) * size), i * size);
  return chosen;
}
