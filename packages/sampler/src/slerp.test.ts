import { describe, expect, it } from 'vitest';
import { initialNoise } from './noise-source.ts';
import { slerp } from './slerp.ts';

const lengthOf = (x: Float32Array): number => Math.hypot(...x);

describe('slerp', () => {
  it('goes along the circle between two directions', () => {
    const [a, b] = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
    for (const share of [0, 0.25, 1 / 3, 0.5, 0.9, 1]) {
      const angle = (share * Math.PI) / 2;
      const found = slerp(a, b, share);
      // The tolerance allows rounding to the 24 bits of float32.
      expect(found[0]).toBeCloseTo(Math.cos(angle), 6);
      expect(found[1]).toBeCloseTo(Math.sin(angle), 6);
    }
  });

  it('goes through obtuse angles too', () => {
    const found = slerp(Float32Array.of(1, 0), Float32Array.of(-0.5, Math.sqrt(3) / 2), 0.75);
    expect(found[0]).toBeCloseTo(0, 6);
    expect(found[1]).toBeCloseTo(1, 6);
  });

  it('keeps the length of noise, unlike a straight line', () => {
    const [a, b] = [initialNoise(1, [0], 784), initialNoise(2, [0], 784)];
    const middle = slerp(a, b, 0.5);
    // The lengths of two noises of 784 values differ by a few per cent.
    expect(lengthOf(middle) / lengthOf(a)).toBeCloseTo(1, 1);
    expect(lengthOf(a.map((x, i) => (x + (b[i] ?? 0)) / 2)) / lengthOf(a)).toBeLessThan(0.8);
  });

  it('returns both ends bit for bit, and accepts equal arrays and zeros', () => {
    const [a, b] = [initialNoise(1, [0], 6), initialNoise(2, [0], 6)];
    expect(slerp(a, b, 0)).toEqual(a);
    expect(slerp(a, b, 1)).toEqual(b);
    expect(slerp(a, a, 0.3)).toEqual(a);
    expect(slerp(new Float32Array(2), new Float32Array(2), 0.5)).toEqual(new Float32Array(2));
  });

  it('refuses arrays of different lengths, and shares out of range', () => {
    const a = Float32Array.of(1, 2);
    expect(() => slerp(a, Float32Array.of(1), 0.5)).toThrow(
      'the arrays have 2 and 1 values; expected equal numbers',
    );
    expect(() => slerp(a, a, 1.5)).toThrow('share is 1.5; expected a number from 0 to 1');
  });
});
