import { expect, it } from 'vitest';
import { decades, legendText, shortNumber } from './chart-options.ts';

it('shortNumber fits the width of an axis label', () => {
  expect([0, 0.25, 0.0003, 1234, 123_456, -0.02, null].map(shortNumber)).toEqual([
    '0',
    '0.25',
    '3e-4',
    '1,230',
    '1e5',
    '-0.02',
    '',
  ]);
});

it('legendText describes the hovered point, else the point of the vertical line, else the last point', () => {
  const loss = [
    [998, 999, 1000, 12_345],
    [0.5, 0.25, null, 1234.5],
  ] satisfies [number[], (number | null)[]];
  const texts = (hovered: number | null, at?: number) =>
    [0, 1].map((series) => legendText(loss, series, hovered, at));
  expect(texts(0, 999)).toEqual(['998', '0.5']);
  expect(texts(null, 999)).toEqual(['999', '0.25']);
  expect(texts(2)).toEqual(['1,000', '–']);
  expect(texts(null)).toEqual(['12,345', '1,230']);
  expect(texts(null, 7)).toEqual(['12,345', '1,230']);
  expect(legendText([[], []], 0, null, undefined)).toBe('–');
});

it('decades returns at most six powers of ten', () => {
  expect(decades(0.004, 200)).toEqual([0.01, 0.1, 1, 10, 100]);
  expect(decades(1, 1000)).toEqual([1, 10, 100, 1000]);
  expect(decades(1e-9, 1e9)).toHaveLength(5);
});
