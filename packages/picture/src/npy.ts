import { plural } from '@isonoise/error';
import { pictureError } from './errors.ts';

/** A float32 array in C order. */
export interface NpyArray {
  /** A copy of the values, row-major. */
  readonly data: Float32Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

const MAGIC = '\x93NUMPY';
/** Alignment of the data in bytes, which allows memory-mapping of the file. */
const ALIGNMENT = 64;
/**
 * Number of characters to which numpy pads the first dimension of the shape. Any 64-bit number can then replace it in
 * place.
 */
const GROWTH_AXIS_MAX_DIGITS = 21;
/** Maximum length of a header. The headers of `encodeNpy` have less than 200 bytes. */
const MAX_HEADER_BYTES = 4096;

/**
 * Encodes values as a NumPy `.npy` file in format version 1.0, as little-endian float32 in C order. The bytes equal
 * those of `numpy.save`.
 *
 * @param shape whole numbers whose product is `values.length`; `[]` is a scalar
 * @throws `PICTURE_SHAPE` if the shape does not fit the number of values
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function encodeNpy(values: Float32Array, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  requireShape('encodeNpy', values.length, shape);
  const header = npyHeader(shape);
  const bytes = new Uint8Array(header.length + 4 * values.length);
  bytes.set(header);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setFloat32(header.length + 4 * i, value, true);
  });
  return bytes;
}

/**
 * Encodes the header of a `.npy` file as {@link encodeNpy} does. The values follow it: little-endian float32 in C order.
 *
 * @param shape whole numbers; `[]` is a scalar
 */
export function npyHeader(shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const growth = shape.length > 0 ? GROWTH_AXIS_MAX_DIGITS - String(shape[0]).length : 0;
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }${' '.repeat(growth)}`;
  const before = MAGIC.length + 2 + 2;
  const headerLength = Math.ceil((before + dict.length + 1) / ALIGNMENT) * ALIGNMENT - before;
  const header = `${dict.padEnd(headerLength - 1)}\n`;

  const bytes = new Uint8Array(before + headerLength);
  writeLatin1(bytes, 0, MAGIC);
  bytes[6] = 1; // version 1.0
  new DataView(bytes.buffer).setUint16(8, headerLength, true);
  writeLatin1(bytes, before, header);
  return bytes;
}

/**
 * Reads a `.npy` file of little-endian float32 in C order, version 1.0 or 2.0.
 *
 * @throws `PICTURE_NPY_MALFORMED` if the file is truncated or not NPY; `PICTURE_NPY_UNSUPPORTED` if it has a
 *   different dtype, order or version
 */
export function decodeNpy(bytes: Uint8Array): NpyArray {
  if (bytes.length < 10 || latin1(bytes.subarray(0, 6)) !== MAGIC) {
    throw pictureError(
      'PICTURE_NPY_MALFORMED',
      'decodeNpy: the bytes do not begin with \\x93NUMPY; expected a .npy file. Check the file.',
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6] as number;
  if (version !== 1 && version !== 2) {
    throw pictureError('PICTURE_NPY_UNSUPPORTED', `decodeNpy: format version ${version}; expected 1 or 2.`);
  }
  const start = version === 1 ? 10 : 12;
  const headerLength =
    version === 1 ? view.getUint16(8, true) : bytes.length < 12 ? 0 : view.getUint32(8, true);
  if (headerLength > MAX_HEADER_BYTES || start + headerLength > bytes.length) {
    throw pictureError(
      'PICTURE_NPY_MALFORMED',
      `decodeNpy: a header of ${plural(headerLength, 'byte')} in a file of ${bytes.length}; expected a whole file. Get it again.`,
    );
  }
  const header = latin1(bytes.subarray(start, start + headerLength));
  const descr = /'descr': *'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order': *(True|False)/.exec(header)?.[1];
  const tuple = /'shape': *\(([0-9, ]*)\)/.exec(header)?.[1];
  if (descr === undefined || order === undefined || tuple === undefined) {
    throw pictureError(
      'PICTURE_NPY_MALFORMED',
      `decodeNpy: header is ${header.trim()}; expected descr, fortran_order and shape.`,
    );
  }
  if (descr !== '<f4' || order !== 'False') {
    throw pictureError(
      'PICTURE_NPY_UNSUPPORTED',
      `decodeNpy: dtype '${descr}' with fortran_order ${order}; expected '<f4' in C order. ` +
        "In Python: numpy.save(path, numpy.ascontiguousarray(a, dtype='<f4')).",
    );
  }
  const shape = tuple.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]));
  const dataStart = start + headerLength;
  const size = shape.reduce((product, n) => product * n, 1);
  if (bytes.length - dataStart !== 4 * size) {
    throw pictureError(
      'PICTURE_NPY_MALFORMED',
      `decodeNpy: ${plural(bytes.length - dataStart, 'byte')} of data; expected ${4 * size} for shape (${shape.join(', ')}).`,
    );
  }
  return {
    data: Float32Array.from({ length: size }, (_, i) => view.getFloat32(dataStart + 4 * i, true)),
    shape,
  };
}

function requireShape(operation: string, length: number, shape: readonly number[]): void {
  const size = shape.reduce((product, n) => product * n, 1);
  if (size === length && shape.every((n) => Number.isInteger(n) && n >= 0)) return;
  throw pictureError(
    'PICTURE_SHAPE',
    `${operation}: shape [${shape.join(', ')}] has ${plural(size, 'value')}; expected whole numbers with the product ${length}.`,
  );
}

function writeLatin1(bytes: Uint8Array, offset: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i);
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (code) => String.fromCharCode(code)).join('');
}
