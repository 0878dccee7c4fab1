import { describe, expect, it } from 'vitest';
import { toBytes } from './to-bytes.ts';

describe('toBytes', () => {
  it('maps -1 to 0, 0 to 128 (half up) and 1 to 255', () => {
    expect([...toBytes(Float32Array.of(-1, 0, 1))]).toEqual([0, 128, 255]);
  });

  it('recovers every byte b from b/127.5 - 1', () => {
    const bytes = Array.from({ length: 256 }, (_, b) => b);
    expect([...toBytes(Float32Array.from(bytes, (b) => b / 127.5 - 1))]).toEqual(bytes);
  });

  it('clamps values outside the range', () => {
    expect([...toBytes(Float32Array.of(-1.5, -1.001, 1.001, 3e38))]).toEqual([0, 0, 255, 255]);
  });

  it('refuses NaN and infinity, and reports the index', () => {
    expect(() => toBytes(Float32Array.of(0, Number.NaN))).toThrow(
      expect.objectContaining({
        code: 'PICTURE_NON_FINITE',
        message: expect.stringContaining('value 1 of 2'),
      }),
    );
    expect(() => toBytes(Float32Array.of(Number.POSITIVE_INFINITY))).toThrow('finite');
  });
});
