import { describe, expect, it } from 'vitest';
import { parseJsonObject } from './json.ts';
import { isTooDeep, MAX_JSON_DEPTH } from './json-depth.ts';
import { decodeSafetensors } from './safetensors/decode.ts';

const nested = (depth: number, inside = ''): string => '['.repeat(depth) + inside + ']'.repeat(depth);

describe('isTooDeep', () => {
  it('counts nested objects and arrays outside strings', () => {
    expect(isTooDeep(nested(MAX_JSON_DEPTH))).toBe(false);
    expect(isTooDeep(nested(MAX_JSON_DEPTH + 1))).toBe(true);
    expect(isTooDeep(`[${'{},'.repeat(1000)}[]]`)).toBe(false);
    expect(isTooDeep(`["${'x'.repeat(2 ** 24)}"]`)).toBe(false);
    expect(isTooDeep(JSON.stringify({ text: `\\"${nested(1000)}` }))).toBe(false);
  });
});

describe('JSON that is nested too deeply', () => {
  const text = `{"a":${nested(50_000)}}`;

  it('is rejected in a configuration', () => {
    const read = (): unknown => parseJsonObject(new TextEncoder().encode(text), 'config.json');
    expect(read).toThrow(expect.objectContaining({ code: 'BUNDLE_FILE_INVALID' }));
    expect(read).toThrow('config.json: got JSON nested deeper than 64; expected a configuration.');
  });

  it('is rejected in the header of a safetensors file', () => {
    const header = new TextEncoder().encode(text);
    const file = new Uint8Array(8 + header.length);
    new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
    file.set(header, 8);
    const read = (): unknown => decodeSafetensors(file);
    expect(read).toThrow(expect.objectContaining({ code: 'BUNDLE_SAFETENSORS_INVALID' }));
    expect(read).toThrow('nested deeper than 64');
  });
});
