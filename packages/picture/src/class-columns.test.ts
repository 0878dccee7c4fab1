import { expect, it } from 'vitest';
import { classColumns } from './class-columns.ts';

it('classColumns makes each class a column, and one row of fewer images than classes', () => {
  expect([classColumns(20, 10), classColumns(10, 10), classColumns(3, 10), classColumns(1, 1)]).toEqual([
    10, 10, 3, 1,
  ]);
});
