import { plural } from '../terminal/format.ts';

/**
 * Returns a warning if the images do not fill a batch. A network cannot learn from such a small set, and
 * often the folder is wrong.
 *
 * @returns null if the images fill a batch
 */
export function fewImagesWarning(images: number, batchSize: number): string | null {
  if (images >= batchSize) return null;
  const [does, is] = images === 1 ? ['does', 'is'] : ['do', 'are'];
  return (
    `${plural(images, 'image')} ${does} not fill a batch of ${batchSize} and ${is} repeated within the batch; the model can only memorize. ` +
    'Check that --dataset names the right folder, or add images.'
  );
}
