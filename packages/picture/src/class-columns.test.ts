import { expect, it } from 'vitest';
import { classColumns } from './class-columns.ts';

it('classColumns returns one column per class, or one row if there are fewer images than classes', () => {
  expect([classColumns(20, 10), classColumns(10, 10), classColumns(3, 10), classColumns(1, 1)]).toEqual([
    10, 10, 3, 1,
  ]);
});
