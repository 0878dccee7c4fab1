import { expect, it } from 'vitest';
import { bytesBesidesArrays } from './bytes-besides-arrays.ts';

const count = (json: string): number => bytesBesidesArrays(new TextEncoder().encode(json));

it.each([
  ['', 0],
  ['{"a":1}', 7],
  ['{"a":"b"}', 9],
  // Short strings count in full.
  [`"${'x'.repeat(255)}"`, 257],
  // In a long string, only the quotes count.
  [`"${'x'.repeat(256)}"`, 2],
  [`{"x":"${'A'.repeat(1000)}","y":["${'B'.repeat(300)}",1]}`, 19],
  // An escaped quote does not end a string.
  [`"${'\\"'.repeat(200)}"`, 2],
  [`["${'\\\\'.repeat(200)}","é"]`, 9],
])('bytesBesidesArrays counts the bytes of %.40s', (json, expected) => {
  expect(count(json)).toBe(expected);
});

it('bytesBesidesArrays accepts a body that ends inside a string', () => {
  expect(count(`{"x":"${'A'.repeat(1000)}`)).toBe(6);
  expect(count('{"x":"\\')).toBe(7);
});
