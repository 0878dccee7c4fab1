import { expect, it } from 'vitest';
import { classColumns, columnsOfLabels } from './class-columns.ts';

it('classColumns returns one column per class, or one row if there are fewer images than classes', () => {
  expect([classColumns(20, 10), classColumns(10, 10), classColumns(3, 10), classColumns(1, 1)]).toEqual([
    10, 10, 3, 1,
  ]);
});

it('columnsOfLabels returns one column per class if the labels are all classes in turn', () => {
  expect(columnsOfLabels([0, 1, 2, 0, 1, 2], 3)).toBe(3);
  expect(columnsOfLabels([0, 1], 3)).toBe(2);
  for (const labels of [[0, 0, 0], [1, 2, 0], null]) expect(columnsOfLabels(labels, 3)).toBeUndefined();
  expect(columnsOfLabels([0, 0], 1)).toBeUndefined();
});
