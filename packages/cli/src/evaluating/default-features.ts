import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDatasetName } from '@isonoise/data/published';
import type { ImageShape } from '@isonoise/schedule';

/**
 * The network for data sets without a separate one: it accepts pictures of 16 to 64 pixels, with or without
 * alpha.
 */
const PICTURE_FEATURES = join('models', 'picture-features', 'model.onnx');

/**
 * Returns the default feature network of a data set: `models/<data set>-features`. For folders, and for
 * known sets in colour, it is `models/picture-features` if the data set does not have a network.
 *
 * @param dataName name of a known set, or a folder
 * @param image shape of the images
 */
export async function defaultFeatures(dataName: string, { channels }: ImageShape): Promise<string> {
  const own = join('models', `${dataName}-features`, 'model.onnx');
  const needsOwn = isDatasetName(dataName) && channels === 1;
  return needsOwn || (await stat(own).catch(() => null)) !== null ? own : PICTURE_FEATURES;
}
