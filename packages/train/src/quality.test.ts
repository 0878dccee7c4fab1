import { expect, it } from 'vitest';
import { addQuality } from './quality.ts';

it('addQuality keeps the last value and the smallest value, and prefers the first of equal values', () => {
  const first = addQuality(null, 10, 3);
  expect(first).toEqual({ last: { step: 10, fid: 3 }, best: { step: 10, fid: 3 } });
  const worse = addQuality(first, 20, 4);
  expect(worse).toEqual({ last: { step: 20, fid: 4 }, best: { step: 10, fid: 3 } });
  expect(addQuality(worse, 30, 3).best?.step).toBe(10);
  expect(addQuality(worse, 30, 2).best).toEqual({ step: 30, fid: 2 });
  expect(addQuality({ ...worse, best: null }, 30, 5).best).toEqual({ step: 30, fid: 5 });
});
