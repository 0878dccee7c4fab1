import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../dataset.ts';
import { DataError } from '../errors.ts';
import { few } from '../folder-listing.ts';
import { datasetFromIdx, idxBytes } from '../idx.ts';
import { readNamedBytes } from './read-bytes.ts';
import { isRegularFile } from './regular-file.ts';

/** Part of a set: `train` for training, or `test` for evaluation. */
export type Split = 'train' | 'test';

/** File name prefixes of MNIST. Fashion-MNIST has the same ones. */
const PREFIXES: Readonly<Record<Split, string>> = { train: 'train', test: 't10k' };
const KINDS = { images: 'images-idx3-ubyte', labels: 'labels-idx1-ubyte' } as const;

export interface IdxSet {
  readonly name: string;
  readonly classNames: readonly string[];
  /** Folder of the set in torchvision. */
  readonly torchvisionFolder: string;
}

/**
 * Reads one split of a folder with MNIST's file names, plain or gzipped. The layouts of torchvision
 * (`MNIST/raw/`), Kaggle (`train-images.idx3-ubyte`, or a folder with the name of the file) and unpackers for
 * Windows are also recognized.
 *
 * @throws DataError `DATA_NOT_FOUND` naming the missing file; errors of `datasetFromIdx`.
 */
export async function readIdxFolder(folder: string, split: Split, set: IdxSet): Promise<Dataset> {
  // Find both files before reading the larger one.
  const imageFile = await existing(folder, `${PREFIXES[split]}-${KINDS.images}`, set);
  const labelFile = await existing(folder, `${PREFIXES[split]}-${KINDS.labels}`, set);
  const [images, labels] = await Promise.all([
    readNamedBytes(imageFile, idxBytes),
    readNamedBytes(labelFile, idxBytes),
  ]);
  return datasetFromIdx({ name: set.name, images, labels, classNames: set.classNames });
}

async function existing(folder: string, name: string, { torchvisionFolder }: IdxSet): Promise<string> {
  const dotted = name.replace('-idx', '.idx');
  const names = [name, dotted].flatMap((each) => [each, `${each}.gz`, join(each, name), join(each, dotted)]);
  // In torchvision's layout, the given folder may be the folder of the files, the folder of the set, or the parent of
  // the set's folder.
  for (const place of ['', 'raw', `${torchvisionFolder}/raw`])
    for (const each of names) {
      const file = join(folder, place, each);
      if (await isRegularFile(file)) return file;
    }
  const held = await readdir(folder).catch(() => undefined);
  const found =
    held === undefined
      ? 'the folder does not exist'
      : `found ${held.length === 0 ? 'no files' : few(held.sort(), 8)}`;
  throw new DataError(
    'DATA_NOT_FOUND',
    `${folder}: ${found}; expected ${name}, ${name}.gz, ${dotted} or ${torchvisionFolder}/raw/${name}. Give the folder of these files.`,
    { file: join(folder, name) },
  );
}
