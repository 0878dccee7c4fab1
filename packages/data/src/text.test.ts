import { describe, expect, it } from 'vitest';
import { decodeText } from './text.ts';

const utf16 = (text: string, littleEndian: boolean): Uint8Array => {
  const bytes = new Uint8Array(2 + 2 * text.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, littleEndian);
  for (let i = 0; i < text.length; i++) view.setUint16(2 + 2 * i, text.charCodeAt(i), littleEndian);
  return bytes;
};

describe('decodeText', () => {
  it.each<[string, Uint8Array]>([
    ['UTF-8', new TextEncoder().encode('{"é": 1}')],
    ['UTF-8 with a byte order mark', new TextEncoder().encode('\ufeff{"é": 1}')],
    ['UTF-16, little-endian', utf16('{"é": 1}', true)],
    ['UTF-16, big-endian', utf16('{"é": 1}', false)],
  ])('decodes %s', (_, bytes) => {
    expect(decodeText(bytes, 'a.json')).toBe('{"é": 1}');
  });

  it('refuses bytes that are not text, and reports the file', () => {
    expect(() => decodeText(Uint8Array.of(0x63, 0x61, 0x66, 0xe9), 'a.json')).toThrow(
      'a.json: not UTF-8 text; expected UTF-8',
    );
  });
});
