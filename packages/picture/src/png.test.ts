import { createHash } from 'node:crypto';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { encodePng } from './png.ts';

const grey = {
  width: 256,
  height: 2,
  channels: 1,
  data: Uint8Array.from({ length: 512 }, (_, i) => i),
} as const;
const rgb = {
  width: 5,
  height: 3,
  channels: 3,
  data: Uint8Array.from({ length: 45 }, (_, i) => 5 * i),
} as const;

const rgba = {
  width: 3,
  height: 2,
  channels: 4,
  data: Uint8Array.from({ length: 24 }, (_, i) => 10 * i),
} as const;

describe('encodePng', () => {
  it.each([grey, rgb, rgba])(
    'writes a file that decodes to the same pixels, with $channels channels',
    (picture) => {
      const { width, height, channels, depth, data } = decode(encodePng(picture), { checkCrc: true });
      expect({ width, height, channels, data: Uint8Array.from(data) }).toEqual(picture);
      expect(depth).toBe(8);
    },
  );

  it('stores text', () => {
    expect(decode(encodePng(grey, { text: { seed: '7' } })).text).toEqual({ seed: '7' });
  });

  it('refuses text that PNG cannot store, and data of the wrong length', () => {
    const texts = [{ model: 'модель' }, { ключ: 'x' }, { '': 'x' }, { ['k'.repeat(80)]: 'x' }];
    for (const text of texts) {
      expect(() => encodePng(grey, { text }), JSON.stringify(text)).toThrow(
        expect.objectContaining({ code: 'PICTURE_OPTION' }),
      );
    }
    for (const data of [rgb.data.subarray(1), new Uint8Array(46)]) {
      expect(() => encodePng({ ...rgb, data })).toThrow(expect.objectContaining({ code: 'PICTURE_SHAPE' }));
    }
  });

  it('writes the recorded bytes', () => {
    const hash = createHash('sha256').update(encodePng(rgb)).digest('hex');
    expect(hash).toBe('8e5712f01b9bbcfc1aea3779d63b3fc8e9db6e1d7cb78defe6076a059aeb360a');
  });
});
