import { sha256Hex } from '@isonoise/bundle';
import { type Dataset, type FolderImages, lookOf, lookRecord, tagCounts } from '@isonoise/data';
import { classDifferences, type DataRecord, dataDifferences, recordData, trainError } from '@isonoise/train';
import { fetchMnist, type MnistAssets } from './embedded-mnist.ts';
import { datasetFromFiles } from './image-files.ts';
import type { PictureChoice } from './picture-choice.ts';
import type { ImageOrigin, RunRecord } from './run-record.ts';
import type { RunFiles } from './run-storage.ts';
import type { ChosenImages } from './training-protocol.ts';

/** Reads the images of a new run, with notes and warnings about them. */
export async function readImages(
  images: ChosenImages,
  pictures: PictureChoice | null,
  mnist: MnistAssets,
  onProgress: (done: number, count: number) => void,
): Promise<FolderImages> {
  if (images.kind === 'mnist' || pictures === null)
    return { dataset: await fetchMnist(mnist), notes: [], warnings: [] };
  const { name, files } = images;
  return datasetFromFiles(files, { name, pictures, onProgress });
}

/** Returns the fields of a run record that describe its images. */
export function imageFacts(
  dataset: Dataset,
  { sha256: dataSha256 }: DataRecord,
  pictures: PictureChoice | null,
): Pick<RunRecord, 'origin' | 'images' | 'shape' | 'classNames' | 'tags' | 'look' | 'dataSha256'> {
  const origin: ImageOrigin = pictures === null ? { kind: 'mnist' } : { kind: 'folder', pictures };
  const { count: images, shape, classNames = null, tags } = dataset;
  return {
    origin,
    images,
    shape,
    classNames,
    ...(tags !== undefined && { tags: { names: tags.names, counts: tagCounts(tags) } }),
    ...(pictures !== null && { look: lookRecord(lookOf(dataset)) }),
    dataSha256,
  };
}

/**
 * Reads the images of a resumed run and checks that they are the same as at its start. Earlier versions recorded only a
 * hash of the pixels; for their runs, the hashes of each image are added.
 *
 * @throws `RUN_DATA_DIFFERS` with the images and classes that differ
 */
export async function reloadImages(run: RunFiles, record: RunRecord, mnist: MnistAssets): Promise<Dataset> {
  const dataset = record.origin.kind === 'mnist' ? await fetchMnist(mnist) : await run.readImages(record);
  const now = recordData(dataset);
  const before = await run.readDataRecord();
  const differences =
    before?.sha256 === record.dataSha256 && before !== null
      ? dataDifferences(before, now)
      : unrecordedDifferences(record, dataset, now);
  if (differences.length > 0) {
    throw trainError(
      'RUN_DATA_DIFFERS',
      `run ${record.name}: its images differ from those at its start, so its steps would not be the same:\n` +
        `${differences.map((line) => `  ${line}`).join('\n')}\n` +
        'The page or the storage has changed. Export the trained model, or begin another run.',
    );
  }
  if (record.dataSha256 !== now.sha256) {
    await run.writeDataRecord(now);
    await run.writeRecord({ ...record, dataSha256: now.sha256 });
  }
  return dataset;
}

/** Compares the hashes of the run record, for runs without a matching record of each image. */
function unrecordedDifferences(
  { dataSha256, pixelsSha256, classNames }: RunRecord,
  { pixels }: Dataset,
  now: DataRecord,
): readonly string[] {
  const names = classDifferences(classNames, now.classNames);
  const same = dataSha256 === undefined ? pixelsSha256 === sha256Hex(pixels) : dataSha256 === now.sha256;
  return same ? names : [...names, 'the SHA-256 of images and classes differs from the recorded one'];
}
