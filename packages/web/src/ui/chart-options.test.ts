import { expect, it } from 'vitest';
import { decades, legendIndex, shortNumber } from './chart-options.ts';

it('shortNumber fits the width of an axis label', () => {
  expect([0, 0.25, 0.0003, 1234, 123_456, -0.02, null].map(shortNumber)).toEqual([
    '0',
    '0.25',
    '3e-4',
    '1230',
    '1e5',
    '-0.02',
    '',
  ]);
});

it('legendIndex chooses the hovered point, then that of the vertical line, then the last one', () => {
  expect(legendIndex([5, 6, 7], 0, 6)).toBe(0);
  expect(legendIndex([5, 6, 7], null, 6)).toBe(1);
  expect(legendIndex([5, 6, 7], null, undefined)).toBe(2);
  expect(legendIndex([5, 6, 7], null, 9)).toBe(2);
});

it('decades returns at most six powers of ten', () => {
  expect(decades(0.004, 200)).toEqual([0.01, 0.1, 1, 10, 100]);
  expect(decades(1, 1000)).toEqual([1, 10, 100, 1000]);
  expect(decades(1e-9, 1e9)).toHaveLength(5);
});
