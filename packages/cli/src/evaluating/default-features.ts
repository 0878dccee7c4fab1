import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDatasetName } from '@isonoise/data/published';
import type { ImageShape } from '@isonoise/schedule';

/** The network for images that have none of their own: pictures of 16 to 64 pixels, with or without alpha. */
const PICTURE_FEATURES = join('models', 'picture-features', 'model.onnx');

/**
 * The network of features for a data set, if none is named: its own, `models/<data set>-features`. Folders, and known
 * sets in colour, have `models/picture-features` if they do not have their own.
 *
 * @param dataName name of a known set, or a folder
 * @param image shape of the images
 */
export async function defaultFeatures(dataName: string, { channels }: ImageShape): Promise<string> {
  const own = join('models', `${dataName}-features`, 'model.onnx');
  const needsOwn = isDatasetName(dataName) && channels === 1;
  return needsOwn || (await stat(own).catch(() => null)) !== null ? own : PICTURE_FEATURES;
}
