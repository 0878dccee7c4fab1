import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { loadDataset } from '@isonoise/data/node';
import { FuzzRandom } from '../random.ts';
import type { FuzzTarget } from '../target.ts';
import { attempt } from './attempt.ts';
import { mutated } from './mutate.ts';
import { removeAtExit } from './remove-at-exit.ts';
import { cifarRecords } from './small-cifar.ts';
import { idxImages, idxLabels } from './small-idx.ts';
import { tarOf } from './tar.ts';

const folder = removeAtExit(await mkdtemp(path.join(tmpdir(), 'isonoise-fuzz-')));
// `loadDataset` expects the files of MNIST to be gzipped.
const images = gzipSync(idxImages);
const labels = gzipSync(idxLabels);
const tar = tarOf(
  [1, 2, 3, 4, 5].map((i): [string, Uint8Array] => [
    `cifar-10-batches-bin/data_batch_${i}.bin`,
    cifarRecords,
  ]),
);

/** Changes the first block of a tar archive, which is the header of the first file. */
function withMutatedHead(archive: Uint8Array, random: FuzzRandom): Uint8Array {
  return Buffer.concat([mutated(archive.subarray(0, 512), random), archive.subarray(512)]);
}

export const archivesTarget: FuzzTarget = {
  about: 'gzipped IDX files and the .tar.gz of CIFAR-10, with bytes changed before or after compression',
  async tryOne(seed) {
    const random = new FuzzRandom(seed);
    if (random.chance(0.5)) {
      await writeFile(path.join(folder, 'train-images-idx3-ubyte.gz'), mutated(images, random));
      await writeFile(path.join(folder, 'train-labels-idx1-ubyte.gz'), labels);
      return attempt(() => loadDataset('mnist', { dataDir: folder }));
    }
    const archive = random.chance(0.5)
      ? mutated(gzipSync(tar), random)
      : gzipSync(withMutatedHead(tar, random));
    await writeFile(path.join(folder, 'cifar-10-binary.tar.gz'), archive);
    return attempt(() => loadDataset('cifar10', { dataDir: folder }));
  },
};
