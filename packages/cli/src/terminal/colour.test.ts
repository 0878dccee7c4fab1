import { expect, it } from 'vitest';
import { colourOf, rgbOf } from './colour.ts';

it('colourOf reads hexadecimal digits and names', () => {
  expect(['#A0b1C2', '#a0f', 'White', 'grey'].map(colourOf)).toEqual([
    '#a0b1c2',
    '#aa00ff',
    '#ffffff',
    '#808080',
  ]);
});

it('colourOf returns null for text that is not a colour', () => {
  expect(['', 'a0b1c2', '#a0b1', '#a0b1c2d3', 'toString', 'red'].map(colourOf)).toEqual(Array(6).fill(null));
});

it('rgbOf splits a colour into its levels', () => {
  expect(rgbOf('#a0b1c2')).toEqual([0xa0, 0xb1, 0xc2]);
});
