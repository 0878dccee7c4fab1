import { describe, expect, it } from 'vitest';
import { parseCsv } from './csv.ts';

const fields = (text: string) => parseCsv(text, 'a.csv').map((record) => record.fields);

describe('parseCsv', () => {
  it('reads every kind of line ending, and files with or without a final line ending', () => {
    const rows = [
      ['a', 'b'],
      ['1', ''],
    ];
    for (const text of ['a,b\n1,\n', 'a,b\r\n1,\r\n', 'a,b\r1,', 'a,b\n\n1,'])
      expect(fields(text)).toEqual(rows);
  });

  it('reads commas, quotes and line endings in quoted fields', () => {
    expect(fields('"a, ""b""","c\nd",e\n')).toEqual([['a, "b"', 'c\nd', 'e']]);
    expect(fields('"",x')).toEqual([['', 'x']]);
  });

  it('returns the line on which each record begins', () => {
    expect(parseCsv('"a\nb"\n\nc', 'a.csv').map(({ line }) => line)).toEqual([1, 4]);
  });

  it.each([
    ['a,"b', 'a.csv:1: a quoted field has no closing quote'],
    ['a\n"b"c', 'a.csv:2: "c" in a field'],
    ['a\nb"c', 'a.csv:2: "\\"" in a field'],
  ])('refuses %j, and reports the line', (text, message) => {
    expect(() => parseCsv(text, 'a.csv')).toThrow(message);
  });
});
