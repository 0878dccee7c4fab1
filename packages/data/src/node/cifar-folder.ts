import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { datasetFromCifar10 } from '../cifar10.ts';
import type { Dataset } from '../dataset.ts';
import { DataError } from '../errors.ts';
import { few } from '../folder-listing.ts';
import type { NamedBytes } from '../named-bytes.ts';
import { readTar } from '../tar.ts';
import type { Split } from './idx-folder.ts';
import { type PromisedBytes, readBytes, readNamedBytes } from './read-bytes.ts';
import { isRegularFile } from './regular-file.ts';

const ARCHIVE = 'cifar-10-binary.tar.gz';
/** Folder of the files in the official archive. */
export const CIFAR_INNER_FOLDER = 'cifar-10-batches-bin';
const BATCHES: Readonly<Record<Split, readonly string[]>> = {
  train: ['data_batch_1.bin', 'data_batch_2.bin', 'data_batch_3.bin', 'data_batch_4.bin', 'data_batch_5.bin'],
  test: ['test_batch.bin'],
};

/**
 * Maximum size of the decompressed archive. The official archive has 184 MB. The limit is needed because no header
 * contains the decompressed size.
 */
const MAX_BYTES = 2 ** 28;
const promised: PromisedBytes = () => MAX_BYTES;

/**
 * Reads one split of CIFAR-10's binary version.
 *
 * @param place the official archive, its folder, the unpacked folder, or the parent of the unpacked folder
 * @throws DataError `DATA_NOT_FOUND` naming the missing files; errors of `readTar` and `datasetFromCifar10`.
 */
export async function readCifarFolder(place: string, split: Split): Promise<Dataset> {
  if (await isRegularFile(place)) return fromArchive(place, split);
  for (const folder of [place, join(place, CIFAR_INNER_FOLDER)])
    if (await isRegularFile(join(folder, BATCHES[split][0] ?? ''))) {
      const files = BATCHES[split].map((name) => join(folder, name));
      return datasetFromCifar10(
        'cifar10',
        await Promise.all(files.map((file) => readNamedBytes(file, promised))),
      );
    }
  const archive = join(place, ARCHIVE);
  if (await isRegularFile(archive)) return fromArchive(archive, split);
  const held = (await readdir(place).catch(() => [])).sort();
  const python = held.some((name) =>
    /^(cifar-10-batches-py|cifar-10-python\.tar\.gz|data_batch_\d)$/.test(name),
  );
  const found = held.length === 0 ? 'the folder is missing or empty' : `found ${few(held, 8)}`;
  const help = `${python ? 'This is the Python version. ' : ''}Get the binary version: pnpm data cifar10`;
  throw new DataError(
    'DATA_NOT_FOUND',
    `${place}: ${found}; expected ${BATCHES[split][0]} or ${ARCHIVE}. ${help}`,
    { file: place },
  );
}

async function fromArchive(archive: string, split: Split): Promise<Dataset> {
  const entries = readTar(await readBytes(archive, promised), archive);
  const byName = new Map(Array.from(entries, ([path, bytes]) => [basename(path), bytes]));
  const parts = BATCHES[split].map((name): NamedBytes => {
    const bytes = byName.get(name);
    if (bytes === undefined)
      throw new DataError(
        'DATA_FORMAT',
        `${archive}: ${name} is missing; the archive contains ${[...byName.keys()].slice(0, 10).join(', ') || 'no files'}; ` +
          `expected the binary version, ${ARCHIVE}.`,
        { file: archive },
      );
    return { fileName: `${archive}:${name}`, bytes };
  });
  return datasetFromCifar10('cifar10', parts);
}
