import { plural } from '@isonoise/error';
import { checkedDataset, type Dataset } from './dataset.ts';
import { DataError } from './errors.ts';
import { isGzip } from './gzip.ts';
import { checkLimits } from './limits.ts';
import type { NamedBytes } from './named-bytes.ts';

/** An array of unsigned bytes read from an IDX file. */
export interface IdxArray {
  /** Sizes, slowest first: `[N]` for labels, `[N, H, W]` for images. */
  readonly dims: readonly number[];
  /** The values, as a view of the given bytes. */
  readonly data: Uint8Array;
}

/** Names of the data types by the third byte of the magic number. Images and labels are unsigned bytes. */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  8: 'unsigned bytes',
  9: 'signed bytes',
  11: '16-bit integers',
  12: '32-bit integers',
  13: '32-bit floats',
  14: '64-bit floats',
};

interface IdxHeader {
  readonly dims: readonly number[];
  /** Size of the header in bytes. */
  readonly header: number;
  /** Size of the whole file in bytes. */
  readonly total: number;
}

/**
 * Reads an IDX file of unsigned bytes, with one dimension (labels) or three (images).
 *
 * The file consists of two zero bytes, a type byte (8 = unsigned bytes), the number of dimensions, each dimension as
 * a big-endian uint32, and the data. The first four bytes are the magic number: 0x00000801 for labels and 0x00000803
 * for images.
 *
 * @param fileName prefix of every error message.
 * @throws DataError `DATA_FORMAT`, `DATA_TRUNCATED`, `DATA_MISMATCH` (trailing bytes), `DATA_EMPTY`, `DATA_LIMIT`.
 * Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database", section "File formats".
 */
export function parseIdx(bytes: Uint8Array, fileName: string): IdxArray {
  const { dims, header, total } = readHeader(bytes, fileName);
  if (bytes.length === total) return { dims, data: bytes.subarray(header) };
  const found = `found ${plural(bytes.length, 'byte')}; expected ${total} for the dimensions ${dims.join(' x ')} in the header.`;
  if (bytes.length < total)
    throw new DataError('DATA_TRUNCATED', `${fileName}: ${found} The file is cut off. Get it again.`, {
      file: fileName,
    });
  throw new DataError('DATA_MISMATCH', `${fileName}: ${found} Get the file again.`, { file: fileName });
}

/**
 * Returns the length of an IDX file according to its header. Decompression of an untrusted file stops at this length.
 *
 * @param head the first 16 bytes, or the whole file if it is shorter
 * @throws DataError as `parseIdx`
 */
export function idxBytes(head: Uint8Array, fileName: string): number {
  return readHeader(head, fileName).total;
}

function readHeader(bytes: Uint8Array, fileName: string): IdxHeader {
  const fail = (code: 'DATA_FORMAT' | 'DATA_TRUNCATED' | 'DATA_EMPTY', reason: string): never => {
    throw new DataError(code, `${fileName}: ${reason}`, { file: fileName });
  };
  if (bytes.length === 0) fail('DATA_EMPTY', 'the file is empty; expected IDX data. Get it again.');
  if (isGzip(bytes))
    fail('DATA_FORMAT', 'found gzip data; expected IDX. Decompress the file first (gunzip).');
  if (bytes.length < 4)
    fail(
      'DATA_TRUNCATED',
      `found ${plural(bytes.length, 'byte')}; expected an IDX header. Get the file again.`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const type = (magic >>> 8) & 0xff;
  const rank = magic & 0xff;
  if (magic >>> 16 !== 0 || TYPE_NAMES[type] === undefined)
    fail(
      'DATA_FORMAT',
      `the magic number is ${hex(magic)}; expected 0x00000803 (images) or 0x00000801 (labels). Choose an IDX file.`,
    );
  if (type !== 8)
    fail('DATA_FORMAT', `found ${TYPE_NAMES[type]}; expected unsigned bytes. Convert the values.`);
  if (rank !== 1 && rank !== 3)
    fail(
      'DATA_FORMAT',
      `found ${plural(rank, 'dimension')}; expected 1 (labels) or 3 (images: count, height, width). Choose a different file.`,
    );
  const header = 4 + 4 * rank;
  if (bytes.length < header)
    fail(
      'DATA_TRUNCATED',
      `the file is cut off at byte ${bytes.length}; expected a header of ${header} bytes. Get it again.`,
    );

  const dims = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const [count = 0, height = 1, width = 1] = dims;
  if (dims.includes(0))
    fail('DATA_EMPTY', `the header has the dimensions ${dims.join(' x ')}; expected at least one image.`);
  checkLimits(fileName, count, 1, height, width);
  return { dims, header, total: header + count * height * width };
}

/**
 * Joins a file of images and a file of labels into a set of grey images.
 *
 * @param options.classNames names of the classes; each label is an index into them.
 * @throws DataError as `parseIdx`; `DATA_MISMATCH` if the counts differ; `DATA_LABEL`.
 */
export function datasetFromIdx(options: {
  readonly name: string;
  readonly images: NamedBytes;
  readonly labels: NamedBytes;
  readonly classNames: readonly string[];
}): Dataset {
  const { name, images, labels, classNames } = options;
  const pixels = parseIdx(images.bytes, images.fileName);
  const [count = 0, height, width] = pixels.dims;
  if (height === undefined || width === undefined)
    throw new DataError('DATA_FORMAT', `${images.fileName}: found a file of labels; expected images.`, {
      file: images.fileName,
    });
  const classes = parseIdx(labels.bytes, labels.fileName);
  if (classes.dims.length !== 1)
    throw new DataError('DATA_FORMAT', `${labels.fileName}: found a file of images; expected labels.`, {
      file: labels.fileName,
    });
  if (classes.data.length !== count)
    throw new DataError(
      'DATA_MISMATCH',
      `${labels.fileName}: ${plural(classes.data.length, 'label')}; expected ${count}, one per image of ${images.fileName}. ` +
        'The two files belong to different sets.',
      { file: labels.fileName },
    );
  const invalid = classes.data.findIndex((label) => label >= classNames.length);
  if (invalid >= 0)
    throw new DataError(
      'DATA_LABEL',
      `${labels.fileName}: label ${classes.data[invalid]} at image ${invalid}; expected 0 to ${classNames.length - 1} ` +
        `for ${name}.`,
      { file: labels.fileName },
    );
  const shape = { channels: 1, height, width };
  return checkedDataset({ name, count, shape, pixels: pixels.data, labels: classes.data, classNames });
}

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;
