import { expect, it } from 'vitest';
import { fitColumns, fittedWidth } from './fit-columns.ts';

const square = { width: 28, height: 28 };
const wide = { width: 800, height: 600 };
const phone = { width: 330, height: 500 };

it.each([
  [1, square, wide, 1],
  [2, square, wide, 2],
  [20, square, wide, 5],
  [20, square, phone, 4],
  [3, square, { width: 900, height: 300 }, 3],
  [8, { width: 64, height: 32 }, wide, 2],
])('fitColumns puts %i images of size %j into a box of %j with %i per row', (count, image, box, columns) => {
  expect(fitColumns(count, image, box)).toBe(columns);
});

it('fitColumns fills each row with the whole series of classes or with an equal part of it', () => {
  expect(fitColumns(20, square, wide, 10)).toBe(5);
  expect(fitColumns(20, square, phone, 10)).toBe(5);
  expect(fitColumns(100, square, wide, 10)).toBe(10);
  // Seven is prime, so each row has all seven classes. A single column would make the images small.
  expect(fitColumns(14, square, wide, 7)).toBe(7);
});

it('fitColumns makes images as large as possible if each class appears at most once', () => {
  expect(fitColumns(4, square, wide, 4)).toBe(2);
  expect(fitColumns(10, square, wide, 10)).toBe(5);
  expect(fitColumns(6, square, wide, 6)).toBe(3);
});

it('fitColumns avoids empty places unless the images would be much smaller', () => {
  expect(fitColumns(3, square, wide)).toBe(3);
  expect(fitColumns(7, square, wide)).toBe(4);
});

it('fittedWidth returns the width at which the images fill the width or the height of the box', () => {
  expect(fittedWidth(2, square, wide, 2)).toBe(800);
  expect(fittedWidth(1, square, wide, 1)).toBe(600);
});
