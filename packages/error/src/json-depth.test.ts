import { describe, expect, it } from 'vitest';
import { isTooDeep } from './json-depth.ts';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('isTooDeep', () => {
  it.each([1, 16, 64])('counts nested objects and arrays up to a depth of %d', (most) => {
    expect(isTooDeep(nested(most), most)).toBe(false);
    expect(isTooDeep(nested(most + 1), most)).toBe(true);
    expect(isTooDeep('{"a":'.repeat(most + 1) + '0'.padEnd(most + 2, '}'), most)).toBe(true);
  });

  it('ignores brackets in strings, and siblings', () => {
    expect(isTooDeep(`[${'{},'.repeat(1000)}[]]`, 2)).toBe(false);
    expect(isTooDeep(`["${'x'.repeat(2 ** 24)}"]`, 1)).toBe(false);
    expect(isTooDeep(JSON.stringify({ text: `\\"${nested(1000)}` }), 1)).toBe(false);
  });
});
