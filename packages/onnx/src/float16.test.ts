import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromFloat16Array, fromFloat16Bits, toFloat16Array, toFloat16Bits } from './float16.ts';

const infinity = 0x7c00;

/** Positive finite float16 values by definition: the bits 0 … 0x7bff give the values in ascending order. */
const values = Array.from({ length: infinity }, (_, bits) => {
  const exponent = Math.floor(bits / 1024);
  const fraction = (bits % 1024) / 1024;
  return exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
});

/**
 * Returns the bits of the nearest float16, found by comparison with its neighbours; ties go to even. The value 65536,
 * after the last finite float16, represents infinity.
 */
function nearest(value: number): number {
  const magnitude = Math.abs(value);
  let low = 0;
  let high = infinity;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 65536) <= magnitude) low = middle;
    else high = middle;
  }
  const below = magnitude - (values[low] ?? 65536);
  const above = (values[high] ?? 65536) - magnitude;
  const bits = magnitude >= 65536 || above < below || (above === below && high % 2 === 0) ? high : low;
  return bits | (value < 0 || Object.is(value, -0) ? 0x8000 : 0);
}

describe('float16', () => {
  it('converts all 65536 bit patterns to values and back', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = fromFloat16Bits(bits);
      const magnitude = bits & 0x7fff;
      if (magnitude > infinity) {
        expect(value).toBeNaN();
        expect(toFloat16Bits(value) & 0x7fff).toBeGreaterThan(infinity);
        continue;
      }
      const sign = bits & 0x8000 ? -1 : 1;
      const expected =
        sign * (magnitude === infinity ? Number.POSITIVE_INFINITY : (values[magnitude] ?? Number.NaN));
      if (!Object.is(value, expected) || toFloat16Bits(value) !== bits) {
        expect([bits, value, toFloat16Bits(value)]).toEqual([bits, expected, bits]);
      }
    }
  });

  it('rounds as numpy does', () => {
    const text = readFileSync(new URL('../testdata/float16.json', import.meta.url), 'utf8');
    const { float32, float16 } = JSON.parse(text) as { float32: number[]; float16: number[] };
    expect(float32.length).toBeGreaterThan(800);
    const floats = new Float32Array(Uint32Array.from(float32).buffer);
    expect([...toFloat16Array(floats)]).toEqual(float16);
  });

  it('rounds to the nearest, ties to even, at and around every boundary', () => {
    const word = new Uint32Array(1);
    const float = new Float32Array(word.buffer);
    for (let bits = 0; bits < infinity; bits++) {
      float[0] = ((values[bits] ?? 0) + (values[bits + 1] ?? 65536)) / 2;
      const tie = word[0] ?? 0;
      for (const step of [-1, 0, 1]) {
        word[0] = Math.max(0, tie + step);
        const value = float[0] ?? 0;
        if (toFloat16Bits(value) !== nearest(value) || toFloat16Bits(-value) !== nearest(-value)) {
          expect([value, toFloat16Bits(value)]).toEqual([value, nearest(value)]);
        }
      }
    }
  });

  it('overflows to infinity at 65520 and above', () => {
    expect([65504, 65519.996, 65520, 1e38, -65520].map(toFloat16Bits)).toEqual([
      0x7bff, 0x7bff, 0x7c00, 0x7c00, 0xfc00,
    ]);
  });

  it('converts arrays', () => {
    const exact = Float32Array.of(0, -0, 1, -2.5, 65504, 2 ** -24, Number.POSITIVE_INFINITY);
    expect(fromFloat16Array(toFloat16Array(exact))).toEqual(exact);
  });
});
