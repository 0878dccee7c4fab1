import { sha256Hex } from '@isonoise/bundle';
import type { Dataset, FolderImages } from '@isonoise/data';
import { fetchMnist, type MnistAssets } from './embedded-mnist.ts';
import { datasetFromFiles } from './image-files.ts';
import type { ImageOrigin, RunRecord } from './run-record.ts';
import type { RunFiles } from './run-storage.ts';
import type { TrainChoice } from './train-form.ts';
import { TrainTabError } from './train-tab-error.ts';
import type { ChosenImages } from './training-protocol.ts';

/** Reads the images of a new run, and what there is to say about them. */
export async function readImages(
  images: ChosenImages,
  { size, colours, skipBad }: TrainChoice,
  mnist: MnistAssets,
  onProgress: (done: number, count: number) => void,
): Promise<FolderImages> {
  if (images.kind === 'mnist') return { dataset: await fetchMnist(mnist), notes: [], warnings: [] };
  const { name, files } = images;
  return datasetFromFiles(files, { name, size, channels: colours, skipBad, onProgress });
}

/** What a record tells of its images. */
export function imageFacts(
  dataset: Dataset,
  { data, size, colours }: TrainChoice,
): Pick<RunRecord, 'origin' | 'images' | 'shape' | 'classNames' | 'pixelsSha256'> {
  const origin: ImageOrigin =
    data === 'mnist' ? { kind: 'mnist' } : { kind: 'folder', size, channels: colours };
  const { count: images, shape, classNames = null, pixels } = dataset;
  return { origin, images, shape, classNames, pixelsSha256: sha256Hex(pixels) };
}

/**
 * The images of a run that goes on: those that it was begun with.
 *
 * @throws TrainTabError `TRAIN_IMAGES_CHANGED`
 */
export async function imagesAgain(run: RunFiles, record: RunRecord, mnist: MnistAssets): Promise<Dataset> {
  const dataset = record.origin.kind === 'mnist' ? await fetchMnist(mnist) : await run.readImages(record);
  if (sha256Hex(dataset.pixels) === record.pixelsSha256) return dataset;
  throw new TrainTabError(
    'TRAIN_IMAGES_CHANGED',
    `run ${record.name}: its images are not those that it was begun with, so its steps would not be the same. The page ` +
      'or the storage has changed; what is trained can still be exported. Begin another run.',
  );
}
