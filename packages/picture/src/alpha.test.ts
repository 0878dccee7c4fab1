import { describe, expect, it } from 'vitest';
import { over, straightColour, straightRgba } from './alpha.ts';

describe('straightColour', () => {
  it('is 0 if alpha is 0, the colour itself if alpha is 255, and at most 255', () => {
    expect([straightColour(0, 0), straightColour(9, 0)]).toEqual([0, 0]);
    expect([straightColour(0, 255), straightColour(77, 255), straightColour(255, 255)]).toEqual([0, 77, 255]);
    expect([straightColour(101, 100), straightColour(255, 1)]).toEqual([255, 255]);
  });

  it('rounds to the nearest level, with ties up', () => {
    // The exact values are 255·1/2 = 127.5, 255·1/3 = 85 and 255·50/101 = 126.2….
    expect([straightColour(1, 2), straightColour(1, 3), straightColour(50, 101)]).toEqual([128, 85, 126]);
  });

  it('recovers every premultiplied colour when the result is premultiplied again', () => {
    for (let alpha = 0; alpha <= 255; alpha++)
      for (let colour = 0; colour <= alpha; colour++)
        expect(Math.round((straightColour(colour, alpha) * alpha) / 255)).toBe(colour);
  });
});

describe('over', () => {
  it('shows the backdrop only through transparent pixels', () => {
    expect([over(0, 0, 200), over(77, 255, 200), over(128, 128, 0), over(0, 128, 255)]).toEqual([
      200, 77, 128, 127,
    ]);
  });

  it('treats a colour above alpha as alpha', () => {
    expect([over(200, 100, 0), over(255, 0, 9)]).toEqual([100, 9]);
  });
});

it('straightRgba interleaves the planes and divides colours by alpha', () => {
  // Two pixels: half-transparent pure red, and an opaque colour.
  const planar = Uint8Array.of(128, 10, 0, 20, 0, 30, 128, 255);
  expect([...straightRgba(planar)]).toEqual([255, 0, 0, 128, 10, 20, 30, 255]);
});
