import { expect, it } from 'vitest';
import { showValue } from './show-value.ts';

it.each([
  [3, '3'],
  [-0, '-0'],
  [Number.NaN, 'NaN'],
  [2n, '2'],
  ['a"b', '"a\\"b"'],
  [null, 'null'],
  [undefined, 'undefined'],
  [{ a: [1] }, '{"a":[1]}'],
  // String() of this object, which JSON can represent, throws.
  [{ toString: 1, valueOf: 1 }, '{"toString":1,"valueOf":1}'],
  ['x'.repeat(1000), `"${'x'.repeat(59)}`],
])('showValue formats the value of case %#', (value, text) => {
  expect(showValue(value)).toBe(text);
});
