import { expect, it } from 'vitest';
import { reference } from '../testdata/reference.ts';
import { normalInterval, shareInterval } from './intervals.ts';

it('shareInterval equals the Wilson interval of SciPy', () => {
  for (const { hits, count, low, high } of reference.wilson) {
    const [from, to] = shareInterval(hits / count, count);
    expect(from, `${hits} of ${count}`).toBeCloseTo(low, 12);
    expect(to, `${hits} of ${count}`).toBeCloseTo(high, 12);
  }
});

it('shareInterval stays within [0, 1]', () => {
  for (const count of [1, 7, 10, 2000]) {
    expect(shareInterval(0, count)[0]).toBeGreaterThanOrEqual(0);
    expect(shareInterval(1, count)[1]).toBeLessThanOrEqual(1);
  }
});

it('normalInterval has 1.96 standard deviations on each side', () => {
  expect(normalInterval(1, 0.5)).toEqual([expect.closeTo(0.02, 4), expect.closeTo(1.98, 4)]);
});
