import { expect, it } from 'vitest';
import { dropOldest } from './drop-oldest.ts';

it('dropOldest keeps the entries that were added last', () => {
  const [set, map] = [new Set(['a', 'b', 'c']), new Map([[1, 'a']])];
  dropOldest(set, 2);
  dropOldest(map, 1);
  expect([[...set], [...map]]).toEqual([['b', 'c'], [[1, 'a']]]);
  dropOldest(set, 0);
  expect(set.size).toBe(0);
});
