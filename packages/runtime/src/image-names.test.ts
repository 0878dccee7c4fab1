import { expect, it } from 'vitest';
import { imageNames } from './image-names.ts';

it('imageNames makes names from number, seed and class', () => {
  expect(
    imageNames({ images: [0, 1, 12], seed: '7', classLabels: [0, 2, 1] }, ['cat', 'T-shirt/top']),
  ).toEqual(['0000-seed-7-cat.png', '0001-seed-7.png', '0012-seed-7-T-shirt-top.png']);
});

it('imageNames uses the number of a class whose name has no letters, and shortens long names', () => {
  const names = ['../..', 'é'.repeat(90)];
  expect(imageNames({ images: [3, 4], seed: '0', classLabels: [0, 1] }, names)).toEqual([
    '0003-seed-0-class-0.png',
    `0004-seed-0-${'é'.repeat(40)}.png`,
  ]);
});

it('imageNames adds digits in large runs, so that names sort by number', () => {
  expect(imageNames({ images: [9, 123456], seed: '1', classLabels: null }, [])).toEqual([
    '000009-seed-1.png',
    '123456-seed-1.png',
  ]);
});

it('imageNames supports more images than a call can have arguments', () => {
  const images = Array.from({ length: 2 ** 18 }, (_, k) => k);
  expect(imageNames({ images, seed: '1', classLabels: null }, []).at(-1)).toBe('262143-seed-1.png');
});
