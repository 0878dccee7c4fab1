import { describe, expect, it } from 'vitest';
import { parseJsonObject } from './json.ts';
import { decodeSafetensors } from './safetensors/decode.ts';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('JSON that is nested too deeply', () => {
  const text = `{"a":${nested(50_000)}}`;

  it('is rejected in a configuration', () => {
    const read = (): unknown => parseJsonObject(new TextEncoder().encode(text), 'config.json');
    expect(read).toThrow(expect.objectContaining({ code: 'BUNDLE_FILE_INVALID' }));
    expect(read).toThrow(
      'config.json: JSON is nested deeper than 64 levels; expected at most 64. Get the file again.',
    );
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
