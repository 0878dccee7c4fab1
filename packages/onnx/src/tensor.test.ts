import { describe, expect, it } from 'vitest';
import { byteLength, type DataType, elementSize } from './data-type.ts';
import { int64Vector, scalar, type TensorValues, tensor } from './tensor.ts';
import { toStrings, toTypedArray } from './typed-array.ts';

describe('tensor', () => {
  it.each<[DataType, TensorValues, TensorValues]>([
    [
      'float32',
      [1.5, Number.NaN, Number.NEGATIVE_INFINITY, -0],
      Float32Array.of(1.5, Number.NaN, Number.NEGATIVE_INFINITY, -0),
    ],
    ['float64', [0.1, Number.MAX_VALUE], Float64Array.of(0.1, Number.MAX_VALUE)],
    ['float16', [1, -2, 65504], Uint16Array.of(0x3c00, 0xc000, 0x7bff)],
    ['int8', [-128, 127], Int8Array.of(-128, 127)],
    ['uint8', [0, 255], Uint8Array.of(0, 255)],
    ['int16', [-32768, 32767], Int16Array.of(-32768, 32767)],
    ['uint16', [65535], Uint16Array.of(65535)],
    ['int32', [-(2 ** 31), 2 ** 31 - 1], Int32Array.of(-(2 ** 31), 2 ** 31 - 1)],
    ['uint32', [2 ** 32 - 1], Uint32Array.of(2 ** 32 - 1)],
    ['int64', [-1, 2 ** 53 - 1], BigInt64Array.of(-1n, 2n ** 53n - 1n)],
    ['int64', [-(2n ** 63n), 2n ** 63n - 1n], BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)],
    ['uint64', [2n ** 64n - 1n], BigUint64Array.of(2n ** 64n - 1n)],
    ['bool', [true, false, 1, 0] as TensorValues, Uint8Array.of(1, 0, 1, 0)],
    ['bfloat16', Uint16Array.of(0x3f80), Uint16Array.of(0x3f80)],
    ['float8e5m2', Uint8Array.of(1), Uint8Array.of(1)],
  ])('makes a constant of type %s', (dataType, values, expected) => {
    const made = tensor('t', dataType, [values.length], values);
    expect(made.raw.length).toBe(values.length * elementSize(dataType));
    expect(toTypedArray(made)).toEqual(expected);
    // A typed array gives the same tensor, as a view of the array.
    const again = tensor('t', dataType, [values.length], expected);
    expect(again).toEqual(made);
    expect(again.raw.buffer).toBe((expected as Uint8Array).buffer);
  });

  it('packs types under 8 bits, and stores complex numbers as pairs', () => {
    expect(byteLength('int4', [3])).toBe(2);
    expect(byteLength('uint2', [5])).toBe(2);
    expect(byteLength('float6e2m3', [4])).toBe(3);
    expect(tensor('t', 'int4', [3], Uint8Array.of(0x21, 0x03)).raw).toEqual(Uint8Array.of(0x21, 0x03));
    expect(tensor('t', 'complex64', [1], Float32Array.of(1, 2)).raw.length).toBe(8);
    expect(() => elementSize('int4')).toThrow(/byteLength/);
    expect(() => byteLength('string', [1])).toThrow(/tensor.strings/);
  });

  it('makes scalars, empty tensors and strings', () => {
    expect(scalar('s', 'float32', 2.5)).toMatchObject({
      dims: [],
      raw: new Uint8Array(Float32Array.of(2.5).buffer),
    });
    expect(tensor('e', 'float32', [2, 0], [])).toMatchObject({ dims: [2, 0], raw: new Uint8Array(0) });
    expect(toTypedArray(tensor('e', 'float32', [0], []))).toEqual(new Float32Array(0));
    expect(toTypedArray(int64Vector('v', [2, -1]))).toEqual(BigInt64Array.of(2n, -1n));
    expect(toStrings(tensor('t', 'string', [2], ['', '🎲']))).toEqual(['', '🎲']);
  });

  it.each<[string, DataType, number[], TensorValues, RegExp]>([
    ['a wrong number of values', 'float32', [2, 3], [1], /float32\[2,3\]: found 1 value; expected 6/],
    ['a typed array of the wrong length', 'float32', [2], new Float32Array(3), /found 12 bytes; expected 8/],
    ['a negative dimension', 'float32', [-1], [], /whole numbers ≥ 0/],
    ['a number beyond the range of float32', 'float32', [1], [1e39], /element 0 is 1e\+39/],
    ['a number beyond the range of float16', 'float16', [1], [65520], /element 0 is 65520/],
    [
      'a number beyond the range of float16 after rounding to float32',
      'float16',
      [1],
      [65519.9999],
      /element 0 is 65519.9999/,
    ],
    ['a fraction as an integer', 'int32', [1], [0.5], /element 0 is 0.5/],
    ['a number above the range of its type', 'uint8', [2], [0, 256], /element 1 is 256/],
    ['a number of 2^53 that is not a bigint', 'int64', [1], [2 ** 53], /element 0 is 9007199254740992/],
    ['a negative unsigned number', 'uint64', [1], [-1], /element 0 is -1/],
    ['a number other than 0 and 1 as bool', 'bool', [1], [2], /element 0 is 2/],
    ['a number as string', 'string', [1], [2], /expected a string/],
    [
      'numbers for a type that requires encoded elements',
      'bfloat16',
      [1],
      [1],
      /expected a Uint16Array with the encoded elements/,
    ],
  ])('refuses %s', (_, dataType, dims, values, message) => {
    expect(() => tensor('t', dataType, dims, values)).toThrow(
      expect.objectContaining({ code: 'ONNX_BAD_VALUE', message: expect.stringMatching(message) }),
    );
  });
});

it('toTypedArray and toStrings reject tensors of a different type or with missing elements', () => {
  const short = { ...scalar('t', 'int64', 1), raw: new Uint8Array(7) };
  expect(() => toTypedArray(short)).toThrow(/tensor 't' int64\[\] has 7 bytes; expected 8/);
  const outside = { ...short, raw: new Uint8Array(0), external: { location: 'w.bin' } };
  expect(() => toTypedArray(outside)).toThrow(expect.objectContaining({ code: 'ONNX_EXTERNAL_DATA' }));
  expect(() => toTypedArray(tensor('t', 'string', [1], ['a']))).toThrow(/toStrings/);
  expect(() => toStrings(scalar('t', 'int8', 1))).toThrow(/'int8' without strings/);
});
