import { describe, expect, it } from 'vitest';
import { bytes, count, duration, plural, table } from './format.ts';

describe('the formatting functions', () => {
  it('write durations with at most two units', () => {
    const written = [0.0004, 0.25, 0.9999, 12.34, 59.96, 61, 3599.6, 3725, Number.POSITIVE_INFINITY].map(
      duration,
    );
    expect(written).toEqual([
      '0 ms',
      '250 ms',
      '1.0 s',
      '12.3 s',
      '1 min 00 s',
      '1 min 01 s',
      '1 h 00 min',
      '1 h 02 min',
      '?',
    ]);
  });

  it('write counts with a noun in the singular or plural', () => {
    expect([0, 1, 60_000].map((value) => plural(value, 'image'))).toEqual([
      '0 images',
      '1 image',
      '60,000 images',
    ]);
    expect([1, 2].map((value) => plural(value, 'class', 'classes'))).toEqual(['1 class', '2 classes']);
  });

  it('write sizes in powers of 1000', () => {
    expect([0, 999, 1000, 99_940, 999_600, 4_100_000, 3e12].map(bytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '99.9 kB',
      '1.0 MB',
      '4.1 MB',
      '3000 GB',
    ]);
    expect(count(60_000)).toBe('60,000');
  });

  it('align the texts of rows, also those with several lines', () => {
    expect(
      table([
        ['a', '1'],
        ['bcd', '2\n3'],
      ]),
    ).toBe('  a    1\n  bcd  2\n       3');
  });
});
