import { describe, expect, it } from 'vitest';
import { packAtlas } from './atlas.ts';

describe('packAtlas', () => {
  // Three images of 2×1 with the values -1, -1; 0, 0; and 1, 1.
  const images = Float32Array.of(-1, -1, 0, 0, 1, 1);

  it('packs images without gaps, and lists their places in the hash form of TexturePacker', () => {
    const { picture, json } = packAtlas(images, [3, 1, 1, 2], ['a.png', 'b.png', 'c.png'], 'all.png');
    expect(picture).toMatchObject({ width: 4, height: 2, channels: 1 });
    expect([...picture.data]).toEqual([0, 0, 128, 128, 255, 255, 0, 0]);
    const { frames, meta } = JSON.parse(json);
    expect(Object.keys(frames)).toEqual(['a.png', 'b.png', 'c.png']);
    expect(frames['c.png']).toEqual({
      frame: { x: 0, y: 1, w: 2, h: 1 },
      rotated: false,
      trimmed: false,
      spriteSourceSize: { x: 0, y: 0, w: 2, h: 1 },
      sourceSize: { w: 2, h: 1 },
    });
    expect(meta).toMatchObject({ image: 'all.png', size: { w: 4, h: 2 }, scale: '1' });
  });

  it('keeps alpha, and makes cells without an image transparent', () => {
    const half = new Float32Array(4).fill(0);
    const { picture, json } = packAtlas(half, [1, 4, 1, 1], ['a.png'], 'all.png', 2);
    expect(picture).toMatchObject({ width: 2, height: 1, channels: 4 });
    // The premultiplied colour 128 with alpha 128 is the straight colour 255.
    expect([...picture.data]).toEqual([255, 255, 255, 128, 0, 0, 0, 0]);
    expect(JSON.parse(json).meta.format).toBe('RGBA8888');
  });

  it('refuses two images with the same name', () => {
    expect(() => packAtlas(images, [3, 1, 1, 2], ['a.png', 'a.png', 'c.png'], 'all.png')).toThrow(
      'packAtlas: 2 different names for 3 images; expected a name for each image.',
    );
  });
});
