import { describe, expect, it } from 'vitest';
import { amplify, difference } from './difference.ts';

describe('difference', () => {
  it('is zero for equal images', () => {
    const image = Float32Array.of(-1, 0.25, 1, 0.5);
    expect(difference(image, image.slice(), 1, 4)).toEqual({
      largest: 0,
      levels: 0,
      differing: 0,
      pixels: 4,
    });
  });

  it('counts only pixels whose 8-bit level differs', () => {
    // 0.1 is level 140.25; 0.101 rounds to the same level, 0.105 to the next.
    const a = Float32Array.of(0.1, 0.1, 0.1);
    const found = difference(a, Float32Array.of(0.1, 0.101, 0.105), 1, 3);
    expect(found.largest).toBeCloseTo(0.005, 6);
    expect(found).toMatchObject({ levels: 1, differing: 1, pixels: 3 });
  });

  it('counts a pixel once, even if several of its channels differ', () => {
    // Two images of three channels and two pixels each: two channels of pixel 1 of image 1 differ.
    const a = new Float32Array(12);
    const b = a.slice();
    b[7] = 1;
    b[9] = -1;
    expect(difference(a, b, 3, 2)).toMatchObject({ differing: 1, pixels: 4, levels: 128 });
  });

  it('rejects batches of different lengths', () => {
    expect(() => difference(new Float32Array(2), new Float32Array(3), 1, 1)).toThrow('2 and 3 values');
  });
});

it('amplify multiplies the difference by the gain and clips at white', () => {
  const a = Float32Array.of(0, 0.1, 0, 1);
  const b = Float32Array.of(0, 0.0, 0.002, -1);
  expect([...amplify(a, b, 10)]).toEqual([0, 127, 2, 255]);
});
