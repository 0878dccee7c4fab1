import { basename, join } from 'node:path';
import { datasetFromCifar10 } from '../cifar10.ts';
import type { Dataset } from '../dataset.ts';
import { DataError } from '../errors.ts';
import type { NamedBytes } from '../named-bytes.ts';
import { readTar } from '../tar.ts';
import type { Split } from './idx-folder.ts';
import { isFile, readBytes, readNamedBytes } from './read-bytes.ts';

const ARCHIVE = 'cifar-10-binary.tar.gz';
const INNER_FOLDER = 'cifar-10-batches-bin';
const BATCHES: Readonly<Record<Split, readonly string[]>> = {
  train: ['data_batch_1.bin', 'data_batch_2.bin', 'data_batch_3.bin', 'data_batch_4.bin', 'data_batch_5.bin'],
  test: ['test_batch.bin'],
};

/**
 * Reads one split of CIFAR-10's binary version.
 *
 * @param place the official archive, a folder that holds it, or the folder it unpacks to (or that one's parent).
 * @throws DataError `DATA_NOT_FOUND` with what was looked for, and all of `readTar` and `datasetFromCifar10`.
 */
export async function readCifarFolder(place: string, split: Split): Promise<Dataset> {
  if (await isFile(place)) return fromArchive(place, split);
  for (const folder of [place, join(place, INNER_FOLDER)])
    if (await isFile(join(folder, BATCHES[split][0] ?? ''))) {
      const files = BATCHES[split].map((name) => join(folder, name));
      return datasetFromCifar10('cifar10', await Promise.all(files.map(readNamedBytes)));
    }
  const archive = join(place, ARCHIVE);
  if (await isFile(archive)) return fromArchive(archive, split);
  throw new DataError('DATA_NOT_FOUND', `${place}: neither ${BATCHES[split][0]} nor ${ARCHIVE} is there`, {
    file: place,
  });
}

async function fromArchive(archive: string, split: Split): Promise<Dataset> {
  const entries = readTar(await readBytes(archive), archive);
  const byName = new Map(Array.from(entries, ([path, bytes]) => [basename(path), bytes]));
  const parts = BATCHES[split].map((name): NamedBytes => {
    const bytes = byName.get(name);
    if (bytes === undefined)
      throw new DataError(
        'DATA_FORMAT',
        `${archive}: has no ${name}; it holds ${[...byName.keys()].slice(0, 10).join(', ') || 'no files'}. The binary version is wanted, ${ARCHIVE}`,
        { file: archive },
      );
    return { fileName: `${archive}:${name}`, bytes };
  });
  return datasetFromCifar10('cifar10', parts);
}
