import { describe, expect, it } from 'vitest';
import { endOfJsonString } from './json-string.ts';

describe('endOfJsonString', () => {
  it.each([
    ['""', 2],
    ['"a":"b"', 3],
    ['"a\\"b" ', 6],
    ['"\\\\","x"', 4],
    ['"\\u0022"', 8],
  ])('finds the closing quote of %s', (json, end) => {
    expect(endOfJsonString(json, 0)).toBe(end);
    expect(endOfJsonString(`[${json}`, 1)).toBe(end + 1);
  });

  it('handles strings of 16 MB, plain and escaped', () => {
    for (const json of [`"${'x'.repeat(2 ** 24)}"`, `"${'\\n'.repeat(2 ** 23)}"`])
      expect(endOfJsonString(json, 0)).toBe(json.length);
  });
});
