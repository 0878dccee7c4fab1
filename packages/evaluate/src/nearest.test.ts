import { expect, it } from 'vitest';
import { drawn, real, reference } from '../testdata/reference.ts';
import { toFeatures } from './features.ts';
import { kthNearest, nearestRows, squaredDistance } from './nearest.ts';

it('nearestRows finds the same rows and distances as scikit-learn', () => {
  const { rows, distances } = nearestRows(drawn, real);
  expect([...rows]).toEqual(reference.nearestRows);
  for (const [i, value] of reference.nearestDistances.entries()) expect(distances[i]).toBeCloseTo(value, 12);
});

it('nearestRows returns the first of equal rows', () => {
  const { rows, distances } = nearestRows(
    toFeatures(Float32Array.of(1), 1),
    toFeatures(Float32Array.of(3, 2, 0), 1),
  );
  expect([[...rows], [...distances]]).toEqual([[1], [1]]);
});

it('kthNearest does not count the row itself, but counts equal rows', () => {
  const set = toFeatures(Float32Array.of(0, 1, 3, 3, 7), 1);
  expect([...kthNearest(set, 1)]).toEqual([1, 1, 0, 0, 16]);
  expect([...kthNearest(set, 3)]).toEqual([9, 4, 9, 9, 36]);
  expect([...kthNearest(set, 4)]).toEqual([49, 36, 16, 16, 49]);
});

it('squaredDistance sums over the features', () => {
  const set = toFeatures(Float32Array.of(1, 2, 4, -2), 2);
  expect(squaredDistance(set, 0, set, 1)).toBe(25);
});

it('nearestRows compares all features, even of wide rows', () => {
  const wide = (last: number) => [...new Array<number>(40).fill(1), last];
  const set = toFeatures(Float32Array.from([...wide(5), ...wide(2), ...wide(3)]), 41);
  const { rows, distances } = nearestRows(toFeatures(Float32Array.from(wide(2.5)), 41), set);
  expect([[...rows], [...distances]]).toEqual([[1], [0.5]]);
});
