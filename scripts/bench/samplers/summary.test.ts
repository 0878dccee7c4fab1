import { describe, expect, it } from 'vitest';
import type { Cell } from './cell.ts';
import { rowOf, secondsLeft, squaresOf, tableOf } from './summary.ts';

const cell = (calls: number, isRandom = false): Cell => ({
  sampler: 'ddim',
  calls,
  steps: calls,
  isRandom,
  key: '',
});
const results = [
  { key: '', first: 0, hits: [true, true], squares: [0.01, 0.03] },
  { key: '', first: 2, hits: [true, false], squares: [0.05, 0.07] },
];

describe('rowOf', () => {
  it('returns a row with the share of images that have the right class, and the root mean square difference of all images', () => {
    const row = rowOf('ddim', [{ cell: cell(10), results }], 4, 50);
    // √((0.01 + 0.03 + 0.05 + 0.07) / 4) = 0.2.
    expect(row.what).toBe('ddim with 10 calls: difference from the 50-step solution of dpmpp-2m');
    expect(row.value).toBeCloseTo(0.2, 12);
    expect(row.details?.['share 10']).toBe(0.75);
    expect(row.note).toBe('share of 4 images that have the right class: 75.0 % with 10 calls');
  });

  it('returns a row without a difference for a sampler that draws noise', () => {
    const row = rowOf('ddpm', [{ cell: cell(10, true), results }], 4, 50);
    expect(row.value).toBeNull();
    expect(row.details).toEqual({ 'share 10': 0.75 });
    expect(row.note).toMatch(
      /^not compared with the solution, because the sampler draws noise in its steps; share of 4 images/,
    );
  });
});

it('tableOf pads cells, and leaves cells without a measurement empty', () => {
  const rows = [
    { what: '', value: 0.2, unit: '', note: '', details: { 'share 5': 0.9, 'distance 5': 0.1234 } },
    { what: '', value: null, unit: '', note: '', details: { 'share 10': 0.955 } },
  ];
  expect(tableOf(['ddim', 'ddpm'], rows)).toBe(
    [
      '| sampler | 5 calls       | 10 calls | 15 calls | 20 calls | 50 calls |',
      '| ------- | ------------- | -------- | -------- | -------- | -------- |',
      '| `ddim`  | 0.123, 90.0 % |          |          |          |          |',
      '| `ddpm`  |               | 95.5 %   |          |          |          |',
    ].join('\n'),
  );
});

it('squaresOf returns the mean square difference of each image', () => {
  const images = Float32Array.of(0, 0, 1, 3);
  expect(squaresOf(images, Float32Array.of(0, 2, 1, 0), 2)).toEqual([2, 4.5]);
});

it('secondsLeft is proportional to the calls that are left', () => {
  expect(secondsLeft(30, 10, 20)).toBe(60);
  expect(secondsLeft(30, 10, 0)).toBe(0);
});
