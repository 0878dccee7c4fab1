import { describe, expect, it } from 'vitest';
import { toFloat32 } from './float-values.ts';

const tensor = { name: 'x', shape: [] } as const;

describe('toFloat32', () => {
  it('converts every finite half-precision number exactly', () => {
    const data = Uint16Array.from({ length: 0x10000 }, (_, i) => i);
    const values = toFloat32({ ...tensor, dtype: 'F16', data });
    for (const [bits, value] of values.entries()) {
      const sign = bits >>> 15 === 1 ? -1 : 1;
      const [exponent, fraction] = [(bits >>> 10) & 31, bits & 1023];
      // Value of a number in IEEE 754 binary16, by its definition.
      const expected =
        exponent === 0
          ? sign * fraction * 2 ** -24
          : exponent === 31
            ? fraction === 0
              ? sign * Number.POSITIVE_INFINITY
              : Number.NaN
            : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
      if (!Object.is(value, expected)) expect([bits, value]).toEqual([bits, expected]);
    }
  });

  it('converts bfloat16 exactly, and rounds float64', () => {
    const bf16 = Uint16Array.of(0x3f80, 0xc040, 0x0001, 0x7f80, 0x8000);
    expect([...toFloat32({ ...tensor, dtype: 'BF16', data: bf16 })]).toEqual([
      1,
      -3,
      2 ** -133,
      Number.POSITIVE_INFINITY,
      -0,
    ]);
    const f64 = Float64Array.of(0.1, 1 + 2 ** -24, 1 + 3 * 2 ** -24);
    // 1 + 2⁻²⁴ is halfway between two float32 numbers. Rounding to even gives 1.
    expect([...toFloat32({ ...tensor, dtype: 'F64', data: f64 })]).toEqual([
      Math.fround(0.1),
      1,
      1 + 2 ** -22,
    ]);
  });
});
