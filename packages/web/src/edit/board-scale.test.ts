import { expect, it } from 'vitest';
import { boardScale, nextZoom, pixelAt } from './board-scale.ts';

it('boardScale gives pixels a whole size, and shrinks pictures that are too large', () => {
  expect(boardScale({ width: 28, height: 28 }, { width: 350, height: 400 }, 1)).toBe(12);
  expect(boardScale({ width: 28, height: 28 }, { width: 350, height: 400 }, 2)).toBe(24);
  expect(boardScale({ width: 8, height: 6 }, { width: 400, height: 60 }, 1)).toBe(10);
  expect(boardScale({ width: 200, height: 100 }, { width: 100, height: 100 }, 1)).toBe(0.5);
});

it('nextZoom returns the same zoom at both ends', () => {
  expect([nextZoom(1, 1), nextZoom(1, -1), nextZoom(8, 1), nextZoom(4, -1)]).toEqual([2, 1, 8, 2]);
});

it('pixelAt finds the pixel under the pointer, even outside the picture', () => {
  const box = { left: 10, top: 20, width: 80, height: 60 };
  const size = { width: 8, height: 6 };
  expect(pixelAt(size, box, { clientX: 10, clientY: 20 })).toEqual({ x: 0, y: 0 });
  expect(pixelAt(size, box, { clientX: 89.9, clientY: 79.9 })).toEqual({ x: 7, y: 5 });
  expect(pixelAt(size, box, { clientX: 9, clientY: 81 })).toEqual({ x: -1, y: 6 });
});
