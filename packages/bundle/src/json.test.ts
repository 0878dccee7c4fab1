import { describe, expect, it } from 'vitest';
import { parseJsonObject } from './json.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('parseJsonObject', () => {
  it('reads Infinity and -Infinity from Python as numbers, but not inside strings or keys', () => {
    const text = String.raw`{"a": -Infinity, "b": [Infinity], "c": "-Infinity \" Infinity", "Infinity": 1}`;
    expect(parseJsonObject(bytes(text), 'test', 'python')).toEqual({
      a: Number.NEGATIVE_INFINITY,
      b: [Number.POSITIVE_INFINITY],
      c: '-Infinity " Infinity',
      Infinity: 1,
    });
    expect(() => parseJsonObject(bytes(text), 'test')).toThrow(/text that is not JSON/);
    expect(() => parseJsonObject(bytes('{"a": NaN}'), 'test', 'python')).toThrow(/text that is not JSON/);
  });
});
