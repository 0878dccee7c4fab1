import { bundleError } from '../errors.ts';

/** The typed array that holds each element type; F16 and BF16 as their bits, BOOL as bytes 0 and 1. */
export interface SafeTensorArrays {
  BOOL: Uint8Array;
  U8: Uint8Array;
  I8: Int8Array;
  I16: Int16Array;
  U16: Uint16Array;
  F16: Uint16Array;
  BF16: Uint16Array;
  I32: Int32Array;
  U32: Uint32Array;
  F32: Float32Array;
  F64: Float64Array;
  I64: BigInt64Array;
  U64: BigUint64Array;
}

/** Element types that this package reads and writes (upstream's sub-byte and 8-bit floats are refused by name). */
export type SafeTensorDtype = keyof SafeTensorArrays;

interface ArrayType<A> {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): A;
}

/** In upstream's order, smallest alignment first: a file is written from the last to the first. */
export const ARRAY_TYPES: { readonly [D in SafeTensorDtype]: ArrayType<SafeTensorArrays[D]> } = {
  BOOL: Uint8Array,
  U8: Uint8Array,
  I8: Int8Array,
  I16: Int16Array,
  U16: Uint16Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I32: Int32Array,
  U32: Uint32Array,
  F32: Float32Array,
  F64: Float64Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
};

export const DTYPES: readonly SafeTensorDtype[] = Object.keys(ARRAY_TYPES) as SafeTensorDtype[];

export function isDtype(value: unknown): value is SafeTensorDtype {
  return typeof value === 'string' && Object.hasOwn(ARRAY_TYPES, value);
}

/** Typed arrays have the byte order of the machine, safetensors files are little-endian. */
export function requireLittleEndian(operation: string): void {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) {
    throw bundleError(
      'BUNDLE_SAFETENSORS_INVALID',
      `${operation}: this machine stores numbers big-endian, safetensors files are little-endian. ` +
        'Use a little-endian machine.',
    );
  }
}
