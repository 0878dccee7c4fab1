import { expect, it } from 'vitest';
import { decodeValue, encodeValue } from './wire.ts';

it('decodeValue restores typed arrays, bigints, NaN, infinite numbers and undefined', () => {
  const value = {
    image: Float32Array.of(0.1, -0, Number.NaN, 3e38).subarray(1),
    bytes: Uint8Array.from({ length: 100_000 }, (_, i) => i % 256),
    words: [Uint32Array.of(0xffffffff), Int32Array.of(-1), Float64Array.of(Number.MIN_VALUE)],
    numbers: [1.5, Number.NaN, Number.POSITIVE_INFINITY, null, 'text'],
    seed: 2n ** 64n - 1n,
  };
  expect(decodeValue(encodeValue(value))).toEqual(value);
  expect(decodeValue(encodeValue(undefined))).toBeUndefined();
});

it('encodeValue rejects typed arrays that decodeValue cannot restore', () => {
  expect(() => encodeValue(Int8Array.of(1))).toThrow('got Int8Array; expected Float32Array');
});
