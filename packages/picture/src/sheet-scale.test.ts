import { expect, it } from 'vitest';
import { sheetScale } from './sheet-scale.ts';

it('sheetScale doubles images with two small sides', () => {
  expect([sheetScale(28, 28), sheetScale(63, 63)]).toEqual([2, 2]);
  expect([sheetScale(64, 64), sheetScale(28, 64), sheetScale(64, 28)]).toEqual([1, 1, 1]);
});
