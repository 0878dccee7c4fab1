import { describe, expect, it } from 'vitest';
import { type Goal, type Row, reached } from './bench.ts';
import { formatGoal, formatMark, formatNumber, formatValue } from './format.ts';

const row = (value: number | null, goal?: Goal): Row => ({
  what: 'speed',
  value,
  unit: '×',
  note: '',
  goal,
});

describe('formatNumber', () => {
  it.each([
    [0.6119, '0.612'],
    [0.01234, '0.0123'],
    [1, '1.00'],
    [71.42, '71.4'],
    [1840.4, '1840'],
    [-0.5, '-0.500'],
    [1e-9, '0.000000'],
    [0, '0'],
    [Number.NaN, 'NaN'],
  ])('writes %f as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe('a goal', () => {
  const least: Goal = { bound: 'at least', value: 0.55 };
  const most: Goal = { bound: 'at most', value: 2 };

  it('is reached by values at its bound and on the right side of it', () => {
    expect([0.54, 0.55, 0.56].map((value) => reached(row(value, least)))).toEqual([false, true, true]);
    expect([1.9, 2, 2.1].map((value) => reached(row(value, most)))).toEqual([true, true, false]);
  });

  it('is neither reached nor missed if the value or the goal is missing', () => {
    expect(reached(row(null, least))).toBeNull();
    expect(reached(row(1))).toBeNull();
    expect(formatMark(row(null, least))).toBe('');
  });

  it('is missed by NaN', () => {
    expect(formatMark(row(Number.NaN, most))).toBe('missed');
  });

  it('is written with ≥ or ≤, and a value with its unit', () => {
    expect([formatGoal(least), formatGoal(most), formatGoal(undefined)]).toEqual(['≥ 0.55', '≤ 2', '']);
    expect([formatValue(row(0.5)), formatValue(row(null))]).toEqual(['0.500 ×', '–']);
  });
});
