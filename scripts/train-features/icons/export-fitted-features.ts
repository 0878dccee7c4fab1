import type { Classifier } from '@isonoise/network';
import { featureSessions } from '../feature-sessions.ts';
import { exportPictureFeatures } from './export-picture-features.ts';
import { FITTED } from './faults.ts';
import { fitFeatures } from './fit-features.ts';
import type { IconPictures } from './icon-pictures.ts';
import { openPictureNetwork } from './picture-network.ts';

/** Fits the features of a trained classifier to the training icons, and exports the classifier with these features. */
export async function exportFittedFeatures(
  classifier: Classifier,
  theta: Float32Array,
  pictures: IconPictures,
  training: Uint32Array,
  threads: number | null,
): Promise<Uint8Array> {
  const createSession = featureSessions(threads);
  const exportWith = (map: Parameters<typeof exportPictureFeatures>[4]): Promise<Uint8Array> =>
    exportPictureFeatures(classifier, theta, pictures, createSession, map);
  const network = await openPictureNetwork(await exportWith(null), threads);
  try {
    const run = async (images: Float32Array, count: number): Promise<Float32Array> =>
      (await network.run(images, count)).features;
    return await exportWith(await fitFeatures(run, pictures, training, FITTED));
  } finally {
    await network.release();
  }
}
