import { join } from 'node:path';
import type { Dataset } from '../dataset.ts';
import { DataError } from '../errors.ts';
import { datasetFromIdx } from '../idx.ts';
import { isFile, readNamedBytes } from './read-bytes.ts';

/** `train` is the 60,000 images to learn from, `test` the 10,000 kept to measure with. */
export type Split = 'train' | 'test';

/** The names that MNIST gave its files and that Fashion-MNIST took over. */
const IDX_FILES: Readonly<Record<Split, { readonly images: string; readonly labels: string }>> = {
  train: { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' },
  test: { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' },
};

/**
 * Reads one split of a folder laid out as MNIST's, plain or gzipped.
 *
 * @throws DataError `DATA_NOT_FOUND` naming the file that is missing, and all of `datasetFromIdx`.
 */
export async function readIdxFolder(
  folder: string,
  split: Split,
  set: { readonly name: string; readonly classNames: readonly string[] },
): Promise<Dataset> {
  const names = IDX_FILES[split];
  // Both are looked for before the larger one is read.
  const imageFile = await existing(folder, names.images);
  const labelFile = await existing(folder, names.labels);
  const [images, labels] = await Promise.all([readNamedBytes(imageFile), readNamedBytes(labelFile)]);
  return datasetFromIdx({ name: set.name, images, labels, classNames: set.classNames });
}

async function existing(folder: string, name: string): Promise<string> {
  for (const file of [join(folder, name), join(folder, `${name}.gz`)]) if (await isFile(file)) return file;
  throw new DataError('DATA_NOT_FOUND', `${join(folder, name)}: no such file, nor ${name}.gz`, {
    file: join(folder, name),
  });
}
