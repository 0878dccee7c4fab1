import { bundleError } from '../errors.ts';

/** Typed array of each element type. F16 and BF16 are stored as bits, BOOL as bytes 0 and 1. */
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

/** Supported element types. Upstream's sub-byte types and 8-bit floats are rejected with an error that names them. */
export type SafeTensorDtype = keyof SafeTensorArrays;

interface ArrayType<A> {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): A;
}

/** Array types in upstream's order, with the smallest alignment first. A file stores tensors in the reverse order. */
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

/**
 * Rejects big-endian machines. Typed arrays have the byte order of the machine, but safetensors files are
 * little-endian.
 */
export function requireLittleEndian(operation: string): void {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) {
    throw bundleError(
      'BUNDLE_SAFETENSORS_INVALID',
      `${operation}: this machine is big-endian; expected little-endian, as in safetensors files. ` +
        'Use a little-endian machine.',
    );
  }
}
