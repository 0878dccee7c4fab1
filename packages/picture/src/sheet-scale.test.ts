import { expect, it } from 'vitest';
import { sheetScale } from './sheet-scale.ts';

it('doubles images of which both sides are small', () => {
  expect([sheetScale(28, 28), sheetScale(63, 63)]).toEqual([2, 2]);
  expect([sheetScale(64, 64), sheetScale(28, 64), sheetScale(64, 28)]).toEqual([1, 1, 1]);
});
