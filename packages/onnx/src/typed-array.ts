import { plural } from '@isonoise/error';
import { byteLength, type DataType } from './data-type.ts';
import { onnxError } from './errors.ts';
import type { TensorData } from './model.ts';
import { decodeUtf8 } from './utf8.ts';

/** Result of `toTypedArray`. Floats of 16 and 8 bits are returned as bits, and types under 8 bits as packed bytes. */
export type TensorArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

type ArrayConstructor = new (buffer: ArrayBuffer) => TensorArray;

/** Array type of `toTypedArray` for each element type. */
export const arrays: Readonly<Record<Exclude<DataType, 'string'>, ArrayConstructor>> = {
  float32: Float32Array,
  float64: Float64Array,
  complex64: Float32Array,
  complex128: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float8e4m3fn: Uint8Array,
  float8e4m3fnuz: Uint8Array,
  float8e5m2: Uint8Array,
  float8e5m2fnuz: Uint8Array,
  float8e8m0: Uint8Array,
  float6e2m3: Uint8Array,
  float6e3m2: Uint8Array,
  float4e2m1: Uint8Array,
  uint4: Uint8Array,
  int4: Uint8Array,
  uint2: Uint8Array,
  int2: Uint8Array,
};

/**
 * Copies the elements of a tensor to a typed array, because raw bytes in a file are often unaligned. Complex numbers are
 * returned as pairs. float16, bfloat16 and float8 are returned as bits; `fromFloat16Array` decodes those of float16.
 * Types under 8 bits stay packed.
 *
 * @throws ONNX_EXTERNAL_DATA if the elements are in another file; ONNX_BAD_VALUE if the tensor contains strings (use
 *   `toStrings`), or if the number of bytes does not match `dims`
 */
export function toTypedArray(tensor: TensorData): TensorArray {
  const { name, dataType, dims, raw, external } = tensor;
  if (external !== undefined) {
    throw onnxError(
      'ONNX_EXTERNAL_DATA',
      `toTypedArray: the elements of tensor '${name}' are in the file '${external.location}'; expected elements in the ` +
        'model. Call loadExternalData first.',
    );
  }
  if (dataType === 'string') {
    throw onnxError(
      'ONNX_BAD_VALUE',
      `toTypedArray: tensor '${name}' has strings; expected numbers. Use toStrings.`,
    );
  }
  const expected = byteLength(dataType, dims);
  if (raw.length !== expected) {
    throw onnxError(
      'ONNX_BAD_VALUE',
      `toTypedArray: tensor '${name}' ${dataType}[${dims}] has ${plural(raw.length, 'byte')}; expected ${expected}. Check the model with checkModel.`,
    );
  }
  return new arrays[dataType](littleEndian(raw, dataType));
}

/**
 * Returns the elements of a 'string' tensor.
 * @throws ONNX_BAD_VALUE if the tensor has a different type, or an element is not UTF-8
 */
export function toStrings(tensor: TensorData): string[] {
  if (tensor.strings === undefined) {
    throw onnxError(
      'ONNX_BAD_VALUE',
      `toStrings: tensor '${tensor.name}' is '${tensor.dataType}' without strings; expected strings. Use toTypedArray.`,
    );
  }
  return tensor.strings.map((bytes, i) => {
    const text = decodeUtf8(bytes);
    if (text !== undefined) return text;
    throw onnxError(
      'ONNX_BAD_VALUE',
      `toStrings: element ${i} of tensor '${tensor.name}' is not UTF-8; expected UTF-8. Read tensor.strings.`,
    );
  });
}

/** Returns the bytes of a typed array in ONNX's byte order, as a view if this machine has the same byte order. */
export function littleEndianBytes(array: TensorArray): Uint8Array {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return isLittleEndian || array.BYTES_PER_ELEMENT === 1 ? bytes : swap(bytes, array.BYTES_PER_ELEMENT);
}

function littleEndian(raw: Uint8Array, dataType: Exclude<DataType, 'string'>): ArrayBuffer {
  const size = new arrays[dataType](new ArrayBuffer(0)).BYTES_PER_ELEMENT;
  const bytes = isLittleEndian || size === 1 ? new Uint8Array(raw) : swap(raw, size);
  return bytes.buffer;
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function swap(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const swapped = new Uint8Array(bytes);
  for (let at = 0; at < swapped.length; at += size) swapped.subarray(at, at + size).reverse();
  return swapped;
}
