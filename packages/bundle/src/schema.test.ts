import * as v from 'valibot';
import { expect, it } from 'vitest';
import { finite, parseWith } from './schema.ts';

const schema = v.object({ a: finite, b: v.string() });

it.each([
  ['a missing field', { a: 1 }, '  b: is missing'],
  ['an infinite number', JSON.parse('{"a": 1e400, "b": ""}'), '  a: got Infinity; expected a finite number'],
  ['a wrong type', { a: 1, b: 2 }, '  b: got 2; expected string'],
])('parseWith describes %s', (_what, value, line) => {
  expect(() => parseWith(schema, value, 'some.json')).toThrow(
    `some.json: got invalid fields:\n${line}\nCorrect these fields.`,
  );
});
