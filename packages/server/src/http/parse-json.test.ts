import { describe, expect, it } from 'vitest';
import { parseJson } from './parse-json.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const refusal = (message: RegExp): unknown =>
  expect.objectContaining({ code: 'BODY_INVALID', message: expect.stringMatching(message) });

describe('parseJson', () => {
  it.each([
    '{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}],"d":"a","e":["d","d"]}',
    '{"a":"{\\"a\\":1,","b":"\\\\","c":"\\\\\\""}',
    ' [ { } , [ ] , null , "x" ] ',
    '{"__proto__":1,"constructor":2}',
    '"\\ud800"',
    '-1.5e300',
  ])('returns the value of JSON.parse for %s', (text) => {
    expect(parseJson(bytes(text))).toEqual(JSON.parse(text));
  });

  it.each([
    ['{"seed":1,"seed":1}', /"seed" twice/],
    ['{"seed":1,"\\u0073eed":2}', /"seed" twice/],
    ['{"a":{"b":[1,{"c":1,"c":2}]}}', /"c" twice/],
    ['{"a":[],"b":{},"a":1}', /"a" twice/],
    ['{"":1,"":2}', /"" twice/],
    ['{"__proto__":1,"__proto__":2}', /"__proto__" twice/],
    ['{"a":1,}', /not JSON/],
    ['', /is empty/],
    [' \n', /is empty/],
  ])('rejects %j', (text, message) => {
    expect(() => parseJson(bytes(text))).toThrow(refusal(message));
  });

  it('rejects bytes that are not valid UTF-8', () => {
    for (const damaged of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
      const text = Uint8Array.of(0x22, ...damaged, 0x22);
      expect(() => parseJson(text)).toThrow(refusal(/UTF-8/));
    }
  });

  it('parses 32 levels of nesting, and refuses more without recursion', () => {
    const nested = (depth: number): Uint8Array => bytes('['.repeat(depth) + ']'.repeat(depth));
    expect(Array.isArray(parseJson(nested(32)))).toBe(true);
    const depth = 131_072;
    for (const more of [33, depth])
      expect(() => parseJson(nested(more))).toThrow(refusal(/nested deeper than 32 levels/));
    expect(() => parseJson(bytes('['.repeat(depth)))).toThrow(refusal(/not JSON/));
  });

  it('parses strings of 16 MB', () => {
    const long = `{"a":"${'x'.repeat(2 ** 24)}","b":"${'\\n'.repeat(2 ** 23)}"`;
    expect(Object.keys(parseJson(bytes(`${long}}`)) as object)).toEqual(['a', 'b']);
    expect(() => parseJson(bytes(`${long},"a":1}`))).toThrow(refusal(/"a" twice/));
  });
});
