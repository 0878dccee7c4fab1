import { sha256Hex } from '@isonoise/bundle';
import type { Dataset } from '@isonoise/data';
import { memoryStorage } from '@isonoise/runtime-web';
import { parseTrainConfig, recordData } from '@isonoise/train';
import { expect, it } from 'vitest';
import { DEFAULT_PICTURES, readPictures } from './picture-choice.ts';
import { imageFacts, reloadImages } from './run-images.ts';
import type { RunRecord } from './run-record.ts';
import { openRunStorage, type RunFiles } from './run-storage.ts';

const dataset: Dataset = {
  name: 'pets',
  count: 4,
  shape: { channels: 1, height: 1, width: 2 },
  pixels: Uint8Array.from([0, 1, 10, 11, 20, 21, 30, 31]),
  labels: Int32Array.from([0, 0, 1, 1]),
  classNames: ['cat', 'dog'],
};
const NO_MNIST = { images: '', labels: '' };

function recorded(): RunRecord {
  const read = readPictures({ ...DEFAULT_PICTURES, size: '8' });
  if (!('pictures' in read)) throw new Error(JSON.stringify(read.problems));
  return {
    name: 'pets',
    config: parseTrainConfig({ dataset: 'pets', network: {} }),
    device: { device: 'wasm', threads: 1 },
    ...imageFacts(dataset, recordData(dataset), read.pictures),
    begun: '2030-01-01T00:00:00.000Z',
  };
}

/** A stored run that was begun on `dataset`; the storage now has the images of `now`. */
async function keptRun(now: Dataset, record: RunRecord = recorded(), data = true): Promise<RunFiles> {
  const run = openRunStorage(memoryStorage()).open('pets');
  await run.writeImages(now);
  if (data) await run.writeDataRecord(recordData(dataset));
  await run.writeRecord(record);
  return run;
}

it('reloadImages returns the images that a stored run is trained on', async () => {
  expect(await reloadImages(await keptRun(dataset), recorded(), NO_MNIST)).toEqual(dataset);
});

it.each<[string, Dataset, string]>([
  [
    'an image that was replaced',
    { ...dataset, pixels: Uint8Array.from([0, 1, 10, 11, 20, 21, 30, 99]) },
    '1 with other pixels: image 3',
  ],
  [
    'an image of another class',
    { ...dataset, labels: Int32Array.from([0, 1, 1, 1]) },
    '1 in a different class: image 1',
  ],
])('reloadImages rejects %s', async (_title, now, difference) => {
  await expect(reloadImages(await keptRun(now), recorded(), NO_MNIST)).rejects.toMatchObject({
    code: 'RUN_DATA_DIFFERS',
    message: expect.stringContaining(difference),
  });
});

it('reloadImages rejects a renamed class', async () => {
  const record = { ...recorded(), classNames: ['cat', 'hound'] };
  await expect(reloadImages(await keptRun(dataset, record), record, NO_MNIST)).rejects.toMatchObject({
    message: expect.stringContaining('class 1 was "dog" and is "hound"'),
  });
});

it('reloadImages compares a run of an earlier version by its pixels, then writes the full record', async () => {
  const { dataSha256, ...rest } = recorded();
  const older: RunRecord = { ...rest, pixelsSha256: sha256Hex(dataset.pixels) };
  const run = await keptRun(dataset, older, false);
  expect(await reloadImages(run, older, NO_MNIST)).toEqual(dataset);
  expect(await run.readRecord()).toMatchObject({ dataSha256 });
  expect(await run.readDataRecord()).toEqual(recordData(dataset));

  const other = { ...dataset, pixels: dataset.pixels.toReversed() };
  await expect(reloadImages(await keptRun(other, older, false), older, NO_MNIST)).rejects.toMatchObject({
    code: 'RUN_DATA_DIFFERS',
  });
});
