import { expect, it } from 'vitest';
import { expectedOf, isValueOf, type NumberSetting } from './setting.ts';

const described = { label: 'Limit', help: 'largest value' };
const above: NumberSetting = { ...described, kind: 'number', above: 0 };

it('isValueOf rejects an exclusive limit itself, -0 and values that are not finite', () => {
  expect([1e-300, 3].map((value) => isValueOf(above, value))).toEqual([true, true]);
  expect([0, -0, -1, Infinity, NaN, null, '1'].some((value) => isValueOf(above, value))).toBe(false);
  const least: NumberSetting = { ...described, kind: 'number', least: 0 };
  expect([0, -0].map((value) => isValueOf(least, value))).toEqual([true, false]);
});

it('expectedOf states an exclusive limit', () => {
  expect(expectedOf(above)).toBe('a number above 0');
  expect(expectedOf({ ...above, most: 2 })).toBe('a number above 0, at most 2');
  expect(expectedOf({ ...above, none: 'no limit' }, 'null')).toBe('a number above 0, or null for no limit');
});
