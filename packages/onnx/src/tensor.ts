import { type IsonoiseError, plural } from '@isonoise/error';
import { byteLength, type DataType, dataTypes, elementCount } from './data-type.ts';
import { elementSetters } from './element-setters.ts';
import { onnxError } from './errors.ts';
import type { TensorData } from './model.ts';
import { arrays, littleEndianBytes, type TensorArray } from './typed-array.ts';

/** Elements of a tensor: a list of numbers, bigints (64-bit integers), booleans or strings, or a typed array. */
export type TensorValues = ArrayLike<number> | ArrayLike<bigint> | ArrayLike<boolean> | ArrayLike<string>;

/**
 * Makes a constant.
 *
 * A typed array of the type that `toTypedArray` returns (`Float32Array` for 'float32') is not copied, so do not write to
 * it while the tensor is in use. It contains bits for 'float16', 'bfloat16' and float8, pairs for complex types, and
 * packed bytes for types under 8 bits. Other values are converted one by one. Numbers for 'float16' and 'float32' are
 * rounded to the nearest, ties to even.
 *
 * @param dims row-major; [] is a scalar
 * @throws ONNX_BAD_VALUE if the count differs from `dims`, or a value does not fit the element type
 */
export function tensor(
  name: string,
  dataType: DataType,
  dims: readonly number[],
  values: TensorValues,
): TensorData {
  if (!dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) {
    throw bad(name, dataType, dims, 'found invalid dimensions; expected whole numbers ≥ 0. Correct dims.');
  }
  const empty = new Uint8Array(0);
  if (dataType === 'string') {
    return { name, dataType, dims: [...dims], raw: empty, strings: stringElements(name, dims, values) };
  }

  const native = arrays[dataType];
  if (values instanceof native) {
    const raw = littleEndianBytes(values as TensorArray);
    const expected = byteLength(dataType, dims);
    if (raw.length === expected) return { name, dataType, dims: [...dims], raw };
    throw bad(
      name,
      dataType,
      dims,
      `found ${plural(raw.length, 'byte')}; expected ${expected}. Correct dims or values.`,
    );
  }

  const set = elementSetters[dataType];
  if (set === undefined) {
    throw bad(
      name,
      dataType,
      dims,
      `found values that cannot be converted to ${dataType}; expected a ${native.name} with the encoded elements. Encode them.`,
    );
  }
  checkCount(name, dataType, dims, values);
  const view = new DataView(new ArrayBuffer((values.length * dataTypes[dataType].bits) / 8));
  for (let i = 0; i < values.length; i++) {
    if (!set(view, i, values[i])) {
      throw bad(
        name,
        dataType,
        dims,
        `element ${i} is ${String(values[i])}; expected a value that fits ${dataType}. Correct it.`,
      );
    }
  }
  return { name, dataType, dims: [...dims], raw: new Uint8Array(view.buffer) };
}

/**
 * Makes a constant without dimensions.
 * @throws ONNX_BAD_VALUE if the value does not fit the element type
 */
export function scalar(
  name: string,
  dataType: DataType,
  value: number | bigint | boolean | string,
): TensorData {
  return tensor(name, dataType, [], [value] as TensorValues);
}

/**
 * Makes a one-dimensional int64 constant, such as a shape or a list of axes.
 * @throws ONNX_BAD_VALUE if a value is not an int64
 */
export function int64Vector(name: string, values: readonly (number | bigint)[]): TensorData {
  return tensor(name, 'int64', [values.length], values as TensorValues);
}

function stringElements(name: string, dims: readonly number[], values: TensorValues): Uint8Array[] {
  checkCount(name, 'string', dims, values);
  return Array.from<unknown, Uint8Array>(values, (value, i) => {
    if (typeof value === 'string') return new TextEncoder().encode(value);
    throw bad(name, 'string', dims, `element ${i} is ${String(value)}; expected a string. Convert it.`);
  });
}

function checkCount(name: string, dataType: DataType, dims: readonly number[], values: TensorValues): void {
  const expected = elementCount(dims);
  if (values.length === expected) return;
  throw bad(
    name,
    dataType,
    dims,
    `found ${plural(values.length, 'value')}; expected ${expected}. Correct dims or values.`,
  );
}

function bad(name: string, dataType: DataType, dims: readonly number[], what: string): IsonoiseError {
  return onnxError('ONNX_BAD_VALUE', `tensor '${name}' ${dataType}[${dims}]: ${what}`);
}
