import { BUNDLE_PATHS, type Bundle, type ModelSpec, readBundle } from '@isonoise/bundle';
import type { Dataset } from '@isonoise/data';
import {
  DATASET_NAMES,
  heldOutFolder,
  isDatasetName,
  type LoadOptions,
  loadDataset,
} from '@isonoise/data/node';
import { codeOf } from '@isonoise/error';
import { bundleFiles, isOnnxFile } from '@isonoise/runtime-node';
import { CliError } from '../errors.ts';
import { plural } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { colourOptions } from '../training/alpha-choice.ts';
import { pictureOptions } from '../training/picture-choice.ts';
import { type FolderChoice, loadedSize, splitAsTrained, type TrainedSplit } from './trained-split.ts';

/** Real images for a comparison with the drawn images of a model. */
export interface ComparisonSet {
  readonly training: Dataset;
  /** Real images that were not used in training; null if the data set has none. */
  readonly heldOut: Dataset | null;
}

/** Opens the bundle of a model; undefined for a single `.onnx` file. */
export async function openFiles(source: string): Promise<Bundle | undefined> {
  return (await isOnnxFile(source)) ? undefined : readBundle(await bundleFiles(source));
}

/**
 * Returns the name of a model's data set. @throws `CLI_USAGE` if neither the flag nor the model gives a name
 */
export function dataNameOf(flag: string | undefined, bundle: Bundle | undefined): string {
  const recorded = bundle?.manifest.training.dataset;
  if (flag !== undefined) return flag;
  if (typeof recorded === 'string') return recorded;
  throw new CliError(
    'CLI_USAGE',
    `evaluate: the model does not record its data set (training.dataset in ${BUNDLE_PATHS.manifest}); expected its name. ` +
      `Add --dataset with ${DATASET_NAMES.join(', ')} or a folder of images.`,
  );
}

/**
 * Loads the real images. The held-out images of a known data set are its test images. The held-out images of a
 * folder are those that the training held out. If the training held out none, the images of the folder's own test split
 * are used, if it has one.
 *
 * @param spec shape and tags of the model; images of a folder get only tags that the model has
 * @param split division of a folder into training and held-out images; null if no images were held out
 * @param folder settings with which the training loaded a folder
 * @throws DataError if the images cannot be loaded; `CLI_USAGE` if the images do not have the model's shape
 */
export async function loadComparisonSet(
  name: string,
  { image, tags }: Pick<ModelSpec, 'image' | 'tags'>,
  split: TrainedSplit | null,
  folder: FolderChoice,
  terminal: Terminal,
): Promise<ComparisonSet> {
  const known = isDatasetName(name);
  const { channels, height, width } = image;
  const size = loadedSize(split ?? { size: null, pad: null }, image);
  const images = {
    ...pictureOptions(folder, size),
    ...(tags === undefined
      ? { ignoreTags: true }
      : { tagNames: tags.names, tagsFromNames: folder.tagsFromNames }),
    ...colourOptions({
      alpha: channels === 4 ? 'on' : 'off',
      grayscale: channels === 1,
      background: split?.background ?? null,
    }),
    ...(split !== null && split.take !== null && split.dataset === name && { limit: split.take }),
  };
  const { dataset, notes, warnings } = await loadDataset(name, known ? {} : { images });
  for (const note of notes) terminal.note(`${terminal.colors.yellow('note')} ${note}`);
  for (const warning of warnings) terminal.warn(warning);
  const divided = known || split === null ? null : splitAsTrained(name, dataset, split);
  if (divided !== null && divided.note !== null) terminal.warn(divided.note);
  const training = divided?.parts?.training ?? dataset;
  const { shape } = training;
  if (shape.channels !== channels || shape.height !== height || shape.width !== width) {
    throw new CliError(
      'CLI_USAGE',
      `evaluate: the images of ${name} are ${shape.channels}×${shape.height}×${shape.width}, those of the model ` +
        `${channels}×${height}×${width}; expected the same shape. Pass the training data with --dataset.`,
    );
  }
  const heldOut = known
    ? await testImages(name)
    : (divided?.parts?.heldOut ?? (await ownHeldOut(name, training, images, terminal)));
  return { training, heldOut };
}

/** Returns the images in a held-out subfolder, such as `test`; null if the folder has none. */
async function ownHeldOut(
  folder: string,
  { classNames }: Dataset,
  images: NonNullable<LoadOptions['images']>,
  terminal: Terminal,
): Promise<Dataset | null> {
  const own = await heldOutFolder(folder);
  if (own === null) return null;
  const { limit: _, ...options } = images;
  const { dataset } = await loadDataset(own, {
    images: { ...options, ...(classNames !== undefined && { classes: classNames }) },
  });
  terminal.note(
    `${terminal.colors.yellow('note')} held-out images: the ${plural(dataset.count, 'image')} in ${own}`,
  );
  return dataset;
}

/** Returns the test images of a known data set; null if its source on this machine has none. */
async function testImages(name: string): Promise<Dataset | null> {
  try {
    return (await loadDataset(name, { split: 'test' })).dataset;
  } catch (error) {
    if (codeOf(error) === 'DATA_NOT_FOUND') return null;
    throw error;
  }
}
