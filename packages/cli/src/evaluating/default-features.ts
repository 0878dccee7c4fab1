import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDatasetName } from '@isonoise/data/published';
import type { ImageShape } from '@isonoise/schedule';

/**
 * Feature network for data sets without their own network. It accepts pictures of 16 to 64 pixels, with or
 * without alpha.
 */
const PICTURE_FEATURES = join('models', 'picture-features', 'model.onnx');

/**
 * Returns the path of the default feature network of a data set, in `models/<data set>-features`. If this
 * file does not exist, folders and known data sets in colour use `models/picture-features`.
 *
 * @param dataName name of a known data set, or a folder
 * @param image shape of the images
 */
export async function defaultFeatures(dataName: string, { channels }: ImageShape): Promise<string> {
  const own = join('models', `${dataName}-features`, 'model.onnx');
  const needsOwn = isDatasetName(dataName) && channels === 1;
  return needsOwn || (await stat(own).catch(() => null)) !== null ? own : PICTURE_FEATURES;
}
