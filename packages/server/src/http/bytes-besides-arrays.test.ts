import { expect, it } from 'vitest';
import { bytesBesidesArrays } from './bytes-besides-arrays.ts';

const count = (json: string): number => bytesBesidesArrays(new TextEncoder().encode(json));

it.each([
  ['no bytes of an empty body', '', 0],
  ['all bytes of an object with a number', '{"a":1}', 7],
  ['all bytes of an object with short strings', '{"a":"b"}', 9],
  ['all bytes of a string of 255 characters', `"${'x'.repeat(255)}"`, 257],
  ['only the quotes of a string of 256 characters', `"${'x'.repeat(256)}"`, 2],
  ['all bytes outside long strings', `{"x":"${'A'.repeat(1000)}","y":["${'B'.repeat(300)}",1]}`, 19],
  ['a string with escaped quotes as one string', `"${'\\"'.repeat(200)}"`, 2],
  ['the bytes after a string of escaped backslashes', `["${'\\\\'.repeat(200)}","é"]`, 9],
] as const)('bytesBesidesArrays counts %s', (_what, json, expected) => {
  expect(count(json)).toBe(expected);
});

it('bytesBesidesArrays accepts a body that ends inside a string', () => {
  expect(count(`{"x":"${'A'.repeat(1000)}`)).toBe(6);
  expect(count('{"x":"\\')).toBe(7);
});
