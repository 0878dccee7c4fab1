import { isFloatType, toFloat32 } from '@isonoise/bundle';
import type { TensorView } from './torch-world.ts';

const BYTES: Readonly<Record<string, number>> = {
  F64: 8,
  I64: 8,
  F32: 4,
  I32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/** Returns the size of an element in bytes; 0 for an unknown type. */
export const bytesOf = (dtype: string): number => BYTES[dtype] ?? 0;

/**
 * Returns the values of a tensor as float32, row-major.
 *
 * @param bytes bytes of the tensor's whole storage, in a buffer of their own
 * @returns undefined if the element type is not a float type
 */
export function tensorValues(tensor: TensorView, bytes: Uint8Array): Float32Array | undefined {
  const { storage, offset, shape, strides } = tensor;
  const { dtype } = storage;
  if (!isFloatType(dtype)) return undefined;
  const count = shape.reduce((product, size) => product * size, 1);
  if (isContiguous(shape, strides)) {
    return floats(dtype, bytes, offset, count);
  }
  const all = floats(dtype, bytes, 0, storage.count);
  const values = new Float32Array(count);
  const index = new Array<number>(shape.length).fill(0);
  let place = offset;
  for (let i = 0; i < count; i++) {
    values[i] = all[place] as number;
    // Counts up like an odometer, the last axis first.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [size, stride] = [shape[axis] as number, strides[axis] as number];
      index[axis] = (index[axis] as number) + 1;
      place += stride;
      if ((index[axis] as number) < size) break;
      place -= stride * size;
      index[axis] = 0;
    }
  }
  return values;
}

/** Whether the elements lie in the storage in the order of the tensor; axes of size 1 may have any stride. */
function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    if (size !== 1 && strides[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

function floats(
  dtype: 'F32' | 'F16' | 'BF16' | 'F64',
  bytes: Uint8Array,
  offset: number,
  count: number,
): Float32Array {
  const size = bytesOf(dtype);
  // A new buffer is aligned for every element type. The method `slice` of a Node Buffer does not make a new buffer.
  const { buffer } = new Uint8Array(bytes.subarray(offset * size, (offset + count) * size));
  const tensor = { name: '', shape: [count] } as const;
  switch (dtype) {
    case 'F32':
      return toFloat32({ ...tensor, dtype, data: new Float32Array(buffer) });
    case 'F64':
      return toFloat32({ ...tensor, dtype, data: new Float64Array(buffer) });
    case 'F16':
    case 'BF16':
      return toFloat32({ ...tensor, dtype, data: new Uint16Array(buffer) });
  }
}
