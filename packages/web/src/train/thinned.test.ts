import { expect, it } from 'vitest';
import { thinned } from './thinned.ts';

it('thinned keeps every point of a short series, and both ends of a long one', () => {
  expect(thinned(0)).toEqual([]);
  expect(thinned(3)).toEqual([0, 1, 2]);
  expect(thinned(101, 5)).toEqual([0, 25, 50, 75, 100]);
  expect(new Set(thinned(20_000)).size).toBe(1500);
});
