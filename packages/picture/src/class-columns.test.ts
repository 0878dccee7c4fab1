import { expect, it } from 'vitest';
import { classColumns } from './class-columns.ts';

it('a class is a column, and fewer images than classes are one row', () => {
  expect([classColumns(20, 10), classColumns(10, 10), classColumns(3, 10), classColumns(1, 1)]).toEqual([
    10, 10, 3, 1,
  ]);
});
