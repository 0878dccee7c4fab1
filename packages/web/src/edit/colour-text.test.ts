import { expect, it } from 'vitest';
import { colourName, colourOfHex, hexOf } from './colour-text.ts';

it('colourName names colours in words, and hexOf and colourOfHex convert them for inputs', () => {
  expect(colourName([128, 128, 128, 255])).toBe('grey 128');
  expect(colourName([255, 136, 0, 255])).toBe('#ff8800');
  expect(colourName([255, 136, 0, 128])).toBe('#ff8800 at 50 %');
  expect(colourName([1, 2, 3, 0])).toBe('transparent');
  expect(colourOfHex('#ff8800', 7)).toEqual([255, 136, 0, 7]);
  expect(hexOf([255, 136, 0, 7])).toBe('#ff8800');
});
