import { plural } from '@isonoise/error';
import { CIFAR10_CLASSES } from './class-names.ts';
import { checkedDataset, type Dataset } from './dataset.ts';
import { DataError } from './errors.ts';
import { isGzip } from './gzip.ts';
import { checkLimits } from './limits.ts';
import type { NamedBytes } from './named-bytes.ts';

const SIDE = 32;
const VALUES = 3 * SIDE * SIDE;
/** Bytes of a record: a label byte, then the red, green and blue planes, each row by row. */
const RECORD = 1 + VALUES;

export interface Cifar10Records {
  /** Class of each image, `[N]`, 0..9. */
  readonly labels: Uint8Array;
  /** Values of the images, `[N, 3, 32, 32]`, 0..255. */
  readonly pixels: Uint8Array;
}

/**
 * Reads a file of the CIFAR-10 binary version, which consists of records of 3073 bytes. It does not have a header, so
 * truncation between two records cannot be detected.
 *
 * @param fileName prefix of every error message.
 * @throws DataError `DATA_EMPTY`, `DATA_FORMAT` (gzip), `DATA_TRUNCATED`, `DATA_LABEL`, `DATA_LIMIT`.
 * Source: A. Krizhevsky, "The CIFAR-10 dataset", section "Binary version".
 */
export function parseCifar10(bytes: Uint8Array, fileName: string): Cifar10Records {
  const file = { file: fileName };
  if (bytes.length === 0)
    throw new DataError('DATA_EMPTY', `${fileName}: the file is empty; expected CIFAR-10 records.`, file);
  if (isGzip(bytes))
    throw new DataError(
      'DATA_FORMAT',
      `${fileName}: found gzip data; expected CIFAR-10 records. Decompress the file first.`,
      file,
    );
  const left = bytes.length % RECORD;
  const count = (bytes.length - left) / RECORD;
  if (left !== 0)
    throw new DataError(
      'DATA_TRUNCATED',
      `${fileName}: found ${plural(count, 'record')} of ${RECORD} bytes and ${plural(left, 'more byte')}; expected ` +
        'complete records. The file is truncated or not of the CIFAR-10 binary version. Get it again.',
      file,
    );
  checkLimits(fileName, count, 3, SIDE, SIDE);
  const labels = new Uint8Array(count);
  const pixels = new Uint8Array(count * VALUES);
  for (let i = 0; i < count; i++) {
    const at = i * RECORD;
    const label = bytes[at] as number;
    if (label >= CIFAR10_CLASSES.length)
      throw new DataError(
        'DATA_LABEL',
        `${fileName}: label ${label} at record ${i}; expected 0 to 9. The file is not CIFAR-10 (is it CIFAR-100?).`,
        file,
      );
    labels[i] = label;
    pixels.set(bytes.subarray(at + 1, at + RECORD), i * VALUES);
  }
  return { labels, pixels };
}

/**
 * Writes records of the binary version, as `parseCifar10` reads them.
 *
 * @param pixels values of the images, `[N, 32, 32, 3]`, 0..255
 * @param labels class of each image, `[N]`, 0..9
 */
export function recordsOf(pixels: Uint8Array, labels: Uint8Array): Uint8Array {
  const records = new Uint8Array(labels.length * RECORD);
  for (const [i, label] of labels.entries()) {
    const at = i * RECORD;
    records[at] = label;
    for (let value = 0; value < VALUES; value++) {
      const channel = value % 3;
      records[at + 1 + channel * SIDE * SIDE + (value - channel) / 3] = pixels[i * VALUES + value] as number;
    }
  }
  return records;
}

/**
 * Joins several files (`data_batch_1.bin` … `data_batch_5.bin`) into one set, in the given order.
 *
 * @throws DataError as `parseCifar10`.
 */
export function datasetFromCifar10(name: string, files: readonly NamedBytes[]): Dataset {
  const parts = files.map(({ bytes, fileName }) => parseCifar10(bytes, fileName));
  const count = parts.reduce((sum, part) => sum + part.labels.length, 0);
  checkLimits(name, count, 3, SIDE, SIDE);
  const labels = new Uint8Array(count);
  const pixels = new Uint8Array(count * VALUES);
  let at = 0;
  for (const part of parts) {
    labels.set(part.labels, at);
    pixels.set(part.pixels, at * VALUES);
    at += part.labels.length;
  }
  const shape = { channels: 3, height: SIDE, width: SIDE };
  return checkedDataset({ name, count, shape, pixels, labels, classNames: CIFAR10_CLASSES });
}
