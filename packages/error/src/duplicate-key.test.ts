import { describe, expect, it } from 'vitest';
import { findDuplicateKey } from './duplicate-key.ts';

describe('findDuplicateKey', () => {
  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['[{"x":{"b":1,"c":{},"b":[]}}]', 'b'],
    // Escapes are resolved before keys are compared.
    [String.raw`{"seed":1,"\u0073eed":2}`, 'seed'],
    [String.raw`{"a\"":1,"a\"":2}`, 'a"'],
  ])('finds the key that occurs twice in %s', (json, key) => {
    expect(findDuplicateKey(json)).toBe(key);
  });

  it.each([
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '{"a":"b","b":"a"}',
    '["a","a"]',
    '{"a":["a","a"],"b":"a"}',
    String.raw`{"a":"\",\"a\":1"}`,
  ])('accepts %s', (json) => {
    expect(findDuplicateKey(json)).toBeUndefined();
  });

  it('does not recurse', () => {
    expect(findDuplicateKey('['.repeat(1e6) + ']'.repeat(1e6))).toBeUndefined();
  });
});
