import { plural } from '@isonoise/error';
import { onnxError } from './errors.ts';

/** Element types: `TensorProto.DataType` under the names that numpy and the ONNX documents use. */
export type DataType =
  | 'float32'
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'string'
  | 'bool'
  | 'float16'
  | 'float64'
  | 'uint32'
  | 'uint64'
  | 'complex64'
  | 'complex128'
  | 'bfloat16'
  | 'float8e4m3fn'
  | 'float8e4m3fnuz'
  | 'float8e5m2'
  | 'float8e5m2fnuz'
  | 'uint4'
  | 'int4'
  | 'float4e2m1'
  | 'float8e8m0'
  | 'uint2'
  | 'int2'
  | 'float6e2m3'
  | 'float6e3m2';

/** Field of TensorProto that holds the elements if `raw_data` does not. */
type TypedField = 'floatData' | 'int32Data' | 'int64Data' | 'doubleData' | 'uint64Data' | 'stringData';

interface DataTypeEntry {
  /** Number of the type in `TensorProto.DataType`. */
  readonly code: number;
  /** Number of bits of an element in `raw_data`; 0 for strings, because their length varies. */
  readonly bits: number;
  readonly field: TypedField;
}

/** Properties of each element type in the ONNX format. */
export const dataTypes: Readonly<Record<DataType, DataTypeEntry>> = {
  float32: { code: 1, bits: 32, field: 'floatData' },
  uint8: { code: 2, bits: 8, field: 'int32Data' },
  int8: { code: 3, bits: 8, field: 'int32Data' },
  uint16: { code: 4, bits: 16, field: 'int32Data' },
  int16: { code: 5, bits: 16, field: 'int32Data' },
  int32: { code: 6, bits: 32, field: 'int32Data' },
  int64: { code: 7, bits: 64, field: 'int64Data' },
  string: { code: 8, bits: 0, field: 'stringData' },
  bool: { code: 9, bits: 8, field: 'int32Data' },
  float16: { code: 10, bits: 16, field: 'int32Data' },
  float64: { code: 11, bits: 64, field: 'doubleData' },
  uint32: { code: 12, bits: 32, field: 'uint64Data' },
  uint64: { code: 13, bits: 64, field: 'uint64Data' },
  complex64: { code: 14, bits: 64, field: 'floatData' },
  complex128: { code: 15, bits: 128, field: 'doubleData' },
  bfloat16: { code: 16, bits: 16, field: 'int32Data' },
  float8e4m3fn: { code: 17, bits: 8, field: 'int32Data' },
  float8e4m3fnuz: { code: 18, bits: 8, field: 'int32Data' },
  float8e5m2: { code: 19, bits: 8, field: 'int32Data' },
  float8e5m2fnuz: { code: 20, bits: 8, field: 'int32Data' },
  uint4: { code: 21, bits: 4, field: 'int32Data' },
  int4: { code: 22, bits: 4, field: 'int32Data' },
  float4e2m1: { code: 23, bits: 4, field: 'int32Data' },
  float8e8m0: { code: 24, bits: 8, field: 'int32Data' },
  uint2: { code: 25, bits: 2, field: 'int32Data' },
  int2: { code: 26, bits: 2, field: 'int32Data' },
  float6e2m3: { code: 27, bits: 6, field: 'int32Data' },
  float6e3m2: { code: 28, bits: 6, field: 'int32Data' },
};

const byCode = new Map(Object.entries(dataTypes).map(([name, { code }]) => [code, name as DataType]));

/** Returns the element type with this `TensorProto.DataType` number; undefined for an unknown number. */
export function dataTypeOf(code: number): DataType | undefined {
  return byCode.get(code);
}

/**
 * Returns the size of an element in `raw`, in bytes.
 * @throws ONNX_BAD_VALUE if the type is 'string', or if its elements have fewer than 8 bits and share bytes
 */
export function elementSize(dataType: DataType): number {
  const { bits } = dataTypes[dataType];
  if (bits < 8) {
    const why = bits === 0 ? 'elements of varying length' : `elements of ${plural(bits, 'bit')}`;
    throw onnxError(
      'ONNX_BAD_VALUE',
      `elementSize: '${dataType}' has ${why}; expected a type whose elements have whole bytes. Use byteLength(dataType, dims).`,
    );
  }
  return bits / 8;
}

/** Returns the product of the dimensions; 1 for a scalar, whose `dims` is empty. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/**
 * Returns the size of a tensor in `raw`, in bytes. Types under 8 bits are packed, and the last byte is padded.
 * @throws ONNX_BAD_VALUE if the type is 'string', because the length of strings varies
 */
export function byteLength(dataType: DataType, dims: readonly number[]): number {
  if (dataType === 'string') {
    throw onnxError(
      'ONNX_BAD_VALUE',
      "byteLength: the type is 'string'; expected a type of fixed width. Add the lengths of tensor.strings.",
    );
  }
  return Math.ceil((elementCount(dims) * dataTypes[dataType].bits) / 8);
}
