import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { useImageTree } from '../../testdata/image-tree.ts';
import { decodeImage } from './decode-image.ts';
import { readImageFolder } from './image-folder.ts';

const rgba = (width: number, values: readonly number[]) =>
  sharp(Uint8Array.from(values), { raw: { width, height: values.length / 4 / width, channels: 4 } });

/** A half-transparent red pixel and a transparent green pixel. */
const PAIR = [255, 0, 0, 128, 0, 255, 0, 0];
const PREMULTIPLIED = [128, 0, 0, 0, 0, 0, 128, 0];

const keep = { channels: 'auto', background: [255, 255, 255], size: undefined, fit: undefined } as const;

const tree = useImageTree();

describe('decodeImage', () => {
  it.each([
    ['PNG', () => rgba(2, PAIR).png()],
    ['a palette PNG with tRNS', () => rgba(2, PAIR).png({ palette: true })],
    ['WebP', () => rgba(2, PAIR).webp({ lossless: true, exact: true })],
    ['TIFF', () => rgba(2, PAIR).tiff({ compression: 'none' })],
    ['a PNG of 16 bits', () => rgba(2, PAIR).toColourspace('rgb16').png()],
  ])('premultiplies the colours of %s', async (_, encode) => {
    const { pixels, channels } = await decodeImage(await encode().toBuffer(), 'a', keep);
    expect([channels, [...pixels]]).toEqual([4, PREMULTIPLIED]);
  });

  it('reads the transparent index of a GIF', async () => {
    const gif = await rgba(2, [255, 0, 0, 255, 0, 255, 0, 0]).gif().toBuffer();
    const { pixels } = await decodeImage(gif, 'a', keep);
    expect([...pixels]).toEqual([255, 0, 0, 0, 0, 0, 255, 0]);
  });

  it('reads grey with alpha as colour with alpha', async () => {
    const raw = { raw: { width: 2, height: 1, channels: 2 } } as const;
    const png = await sharp(Uint8Array.of(100, 128, 50, 255), raw)
      .png()
      .toBuffer();
    const { pixels } = await decodeImage(png, 'a', keep);
    // The premultiplied grey is 100·128/255 = 50.2.
    expect([...pixels]).toEqual([50, 50, 50, 50, 50, 50, 128, 255]);
  });

  it('reads an opaque image with an alpha channel like an image without one', async () => {
    const values = [1, 2, 3, 255, 4, 5, 6, 252];
    const { pixels, channels } = await decodeImage(await rgba(2, values).png().toBuffer(), 'a', keep);
    // Alpha 252 over white gives 4 + 251·3/255 = 6.95. Flattened pixels must equal those of earlier versions.
    const flat = await decodeImage(await rgba(2, values).png().toBuffer(), 'a', { ...keep, channels: 3 });
    expect(channels).toBe(3);
    expect([...pixels]).toEqual([...flat.pixels]);
  });

  it('does not mix invisible colours into visible pixels when it scales an image', async () => {
    // The image is half opaque white and half transparent black. Every visible part of the result must be white.
    const row = (x: number) => (x < 4 ? [255, 255, 255, 255] : [0, 0, 0, 0]);
    const values = Array.from({ length: 64 }, (_, i) => row(i % 8)).flat();
    const png = await rgba(8, values).png().toBuffer();
    const { pixels } = await decodeImage(png, 'a', {
      ...keep,
      size: { width: 3, height: 3 },
      fit: 'cover',
    });
    for (let i = 0; i < 9; i++) {
      const [red = 0, alpha = 0] = [pixels[i], pixels[27 + i]];
      // The resizer rounds the colour and alpha, so their product has an error of at most one.
      expect(Math.abs(red - alpha)).toBeLessThanOrEqual(1);
    }
    expect(new Set(pixels.subarray(27))).not.toEqual(new Set([0, 255]));
  });
});

describe('a folder', () => {
  const opaque = () => rgba(2, [10, 20, 30, 255, 40, 50, 60, 255]);

  it('gets an alpha channel, with a note, if any of its images is transparent', async () => {
    await tree.put('a.png', await opaque().png().toBuffer());
    await tree.put('b.png', await opaque().removeAlpha().png().toBuffer());
    await tree.put('c.png', await rgba(2, PAIR).png().toBuffer());
    await tree.put('d.jpg', await opaque().removeAlpha().jpeg().toBuffer());
    const { dataset, notes } = await readImageFolder(tree.root, { channels: 'auto' });
    expect(dataset.shape).toEqual({ channels: 4, height: 1, width: 2 });
    const planes = [10, 40, 20, 50, 30, 60, 255, 255];
    expect([...dataset.pixels.subarray(0, 24)]).toEqual([...planes, ...planes, ...PREMULTIPLIED]);
    expect([...dataset.pixels.subarray(30)]).toEqual([255, 255]);
    expect(notes).toEqual([
      '1 of 4 images has transparent parts: all get an alpha channel (--alpha off shows a background instead)',
    ]);
  });

  it('gives the same pixels with channels 4 and auto if a pixel is almost opaque', async () => {
    await tree.put('a.png', await rgba(2, [10, 20, 30, 252, 40, 50, 60, 255]).png().toBuffer());
    await tree.put('b.png', await rgba(2, PAIR).png().toBuffer());
    const auto = await readImageFolder(tree.root, { channels: 'auto' });
    const chosen = await readImageFolder(tree.root, { channels: 4 });
    expect([...chosen.dataset.pixels]).toEqual([...auto.dataset.pixels]);
    // Over white, the value is 10·252/255 + 255·3/255 = 12.9. The decoder rounds down.
    expect([...chosen.dataset.pixels.subarray(0, 8)]).toEqual([12, 40, 22, 50, 32, 60, 255, 255]);
  });

  it('keeps three channels and the same pixels if no image is transparent', async () => {
    await tree.put('a.png', await opaque().png().toBuffer());
    const auto = await readImageFolder(tree.root, { channels: 'auto' });
    expect(auto).toEqual(await readImageFolder(tree.root, { channels: 3 }));
  });

  it('gets an alpha channel of 255 on request', async () => {
    await tree.put('a.png', await opaque().removeAlpha().png().toBuffer());
    const { dataset } = await readImageFolder(tree.root, { channels: 4 });
    expect([...dataset.pixels]).toEqual([10, 40, 20, 50, 30, 60, 255, 255]);
  });

  it('skips unusable images without leaving gaps', async () => {
    await tree.put('a.png', await opaque().png().toBuffer());
    await tree.put('b.png', 'broken');
    await tree.put('c.png', await rgba(2, PAIR).png().toBuffer());
    const { dataset } = await readImageFolder(tree.root, { channels: 'auto', skipBad: true });
    expect([dataset.count, dataset.pixels.length]).toEqual([2, 16]);
    expect([...dataset.pixels.subarray(8)]).toEqual(PREMULTIPLIED);
  });
});
