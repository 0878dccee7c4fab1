import { expect, it } from 'vitest';
import { plural } from './plural.ts';

it('plural writes counts with a noun in the singular or plural', () => {
  expect([0, 1, 2, 1.5].map((count) => plural(count, 'image'))).toEqual([
    '0 images',
    '1 image',
    '2 images',
    '1.5 images',
  ]);
  expect([1, 2].map((count) => plural(count, 'class', 'classes'))).toEqual(['1 class', '2 classes']);
  expect(plural(60_000, 'image', 'images', (count) => count.toLocaleString('en-US'))).toBe('60,000 images');
});
