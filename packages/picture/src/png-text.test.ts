import { describe, expect, it } from 'vitest';
import { encodePng } from './png.ts';
import { readPngText } from './png-text.ts';

const picture = { width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 255) } as const;
const malformed = expect.objectContaining({ code: 'PICTURE_PNG_MALFORMED' });

describe('readPngText', () => {
  it('reads the text of a keyword among other texts', () => {
    const text = { seed: '7', seeds: 'é', note: 'x'.repeat(20_000) };
    const file = encodePng(picture, { text });
    for (const [keyword, value] of Object.entries(text))
      expect(readPngText(file, keyword, 20_000)).toBe(value);
    expect(readPngText(file, 'see', 100)).toBeUndefined();
    expect(readPngText(encodePng(picture), 'seed', 100)).toBeUndefined();
  });

  it('refuses long, damaged and repeated texts, and files that are not PNG', () => {
    const file = encodePng(picture, { text: { seed: '7' } });
    expect(() => readPngText(encodePng(picture, { text: { seed: '777' } }), 'seed', 2)).toThrow(malformed);
    expect(() => readPngText(file.subarray(0, -1), 'seed', 9)).toThrow(malformed);
    expect(() => readPngText(new TextEncoder().encode('not a PNG'), 'seed', 9)).toThrow(malformed);
    expect(() => readPngText(file.subarray(0, -1), 'seed', 9)).toThrow(/^readPngText: the file is cut off/);

    const at = Buffer.from(file).indexOf('tEXtseed');
    const damaged = file.slice();
    damaged[at + 'tEXtseed\0'.length] = '8'.charCodeAt(0);
    expect(() => readPngText(damaged, 'seed', 9)).toThrow(
      /^readPngText: the checksum of the text "seed" is wrong/,
    );

    const chunk = file.subarray(at - 4, at + 'tEXtseed\0'.length + 1 + 4);
    const twice = Uint8Array.from([...file.subarray(0, at - 4), ...chunk, ...file.subarray(at - 4)]);
    expect(() => readPngText(twice, 'seed', 9)).toThrow(/^readPngText: the file has 2 texts "seed"/);
  });
});
