import { plural } from '../terminal/format.ts';

/**
 * Returns a warning if a set does not fill one batch. Often the wrong folder was named. A network cannot
 * learn from a set this small.
 *
 * @returns null if the images fill a batch
 */
export function fewImagesWarning(images: number, batchSize: number): string | null {
  if (images >= batchSize) return null;
  const [count, is, repeated] =
    images === 1 ? ['1 image', 'is', 'it is'] : [plural(images, 'image'), 'are', 'they are'];
  return (
    `${count} ${is} fewer than one batch of ${batchSize}, so ${repeated} repeated within a batch; the model can only memorize. ` +
    'Check that --dataset names the right folder, or add images.'
  );
}
