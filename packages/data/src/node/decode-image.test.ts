import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type SampleFormat, tiffFile } from '../../testdata/tiff.ts';
import { type DecodeOptions, decodeImage } from './decode-image.ts';

const plain: DecodeOptions = { channels: 1, background: [255, 255, 255], size: undefined, fit: undefined };

async function pixels(bytes: Uint8Array, options: Partial<DecodeOptions> = {}): Promise<readonly number[]> {
  return Array.from((await decodeImage(bytes, 'a', { ...plain, ...options })).pixels);
}

describe('samples', () => {
  // Multiples of 51, a fifth of 255: 0, 51, 102, 153, 204, 255.
  const fifths = [0, 1, 2, 3, 4, 5];
  const bytes = fifths.map((k) => 51 * k);

  it.each<[SampleFormat, number]>([
    ['u8', 255],
    ['u16', 65535],
    ['f32', 1],
  ])('of type %s are scaled to bytes from their range of 0 to %d', async (format, most) => {
    const file = tiffFile(
      format,
      fifths.map((k) => (most * k) / 5),
      3,
    );
    expect(await pixels(file)).toEqual(bytes);
    expect(await pixels(file, { channels: 3 })).toEqual([...bytes, ...bytes, ...bytes]);
  });

  it('of 32-bit floats in colour are scaled without gamma', async () => {
    const colour = tiffFile('f32', [0, 0.5, 1, 0.2, 0.4, 0.6], 2, 3);
    // The value 127.5 is rounded up.
    expect(await pixels(colour, { channels: 3 })).toEqual([0, 51, 128, 102, 255, 153]);
  });

  it('of 32-bit floats with an alpha channel show the background', async () => {
    const clear = tiffFile('f32', [0.2, 0.4, 0.6, 1, 0.2, 0.4, 0.6, 0], 2, 4);
    expect(await pixels(clear, { channels: 3, background: [9, 8, 7] })).toEqual([51, 9, 102, 8, 153, 7]);
  });

  it.each<[SampleFormat, readonly number[], string]>([
    ['f32', [0, 1, 128, 255], 'floats from 0 to 255'],
    ['f32', [-1, 0, 0.5, 1], 'floats from -1 to 1'],
    ['f32', [0, 1, Number.NaN, 0], 'floats, 1 of them NaN'],
    ['f32', [0, 1, Number.POSITIVE_INFINITY, 0], 'floats from 0 to Infinity'],
    ['i32', [0, 1, 128, 255], 'signed 32-bit integers from 0 to 255'],
    ['u32', [0, 1, 128, 70000], '32-bit integers from 0 to 70000'],
    ['i16', [-5, 1, 128, 255], 'signed 16-bit integers'],
    ['i8', [-128, 1, 12, 127], 'signed 8-bit integers from -128 to 127'],
    ['f64', [0, 0.25, 0.5, 1], 'cannot be decoded'],
  ])(
    'of type %s with the values %j are refused, and the message describes the values',
    async (format, values, found) => {
      await expect(decodeImage(tiffFile(format, values, 2), 'a.tif', plain)).rejects.toMatchObject({
        code: 'DATA_FORMAT',
        message: expect.stringMatching(new RegExp(`^a\\.tif: .*${found}.*; expected .*32-bit float`)),
      });
    },
  );

  // libvips misreads these samples: as transparency, as RGB, as one sample only, or without inversion.
  it.each<[string, Uint8Array, string]>([
    [
      'infrared after red, green and blue',
      tiffFile('u8', new Array(16).fill(100), 2, 4, { extra: [0] }),
      'has 4 samples per pixel, 1 of them without a declared meaning; expected grey or RGB',
    ],
    [
      'floats of three unnamed channels',
      tiffFile('f32', new Array(12).fill(0.5), 2, 3, { photometric: 1, extra: [0, 0] }),
      'has 3 samples per pixel, 2 of them without a declared meaning',
    ],
    [
      'three samples of grey without declared extra samples',
      tiffFile('f32', new Array(12).fill(0.5), 2, 3, { photometric: 1 }),
      'has 3 samples per pixel, 1 of them without a declared meaning',
    ],
    [
      'YCbCr without subsampling',
      tiffFile('u8', new Array(12).fill(90), 2, 3, { photometric: 6, subsampling: [1, 1] }),
      'has YCbCr at full resolution without JPEG compression',
    ],
    [
      'floats in which 0 is white',
      tiffFile('f32', [0, 0.5, 1, 1], 2, 1, { photometric: 0 }),
      'has floats in which 0 is white',
    ],
  ])('that are %s are refused instead of misread', async (_, file, found) => {
    await expect(pixels(file)).rejects.toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringContaining(found),
    });
  });

  it('of bytes are inverted if 0 is white', async () => {
    expect(await pixels(tiffFile('u8', [0, 55, 200, 255], 2, 1, { photometric: 0 }))).toEqual([
      255, 200, 55, 0,
    ]);
  });

  it('of 16-bit CMYK are not checked for their range', async () => {
    const inks = tiffFile('u16', new Array(16).fill(65535), 2, 4, { photometric: 5, extra: [] });
    const read = await decodeImage(inks, 'a', plain);
    expect(read.largest16).toBeUndefined();
    expect(Math.max(...read.pixels)).toBeLessThan(40);
  });

  it('of 16 bits are reported with their largest value', async () => {
    const file = tiffFile('u16', [0, 16, 2048, 3968], 2);
    expect(await decodeImage(file, 'a', plain)).toMatchObject({ largest16: 3968 });
    expect(await decodeImage(tiffFile('u8', [0, 1, 2, 3], 2), 'a', plain)).toMatchObject({
      largest16: undefined,
    });
  });

  it('of 1 bit, of palettes and of grey with alpha are read as viewers show them', async () => {
    const squares = Uint8Array.of(0, 255, 255, 0);
    const grey = sharp(squares, { raw: { width: 2, height: 2, channels: 1 } });
    const oneBit = await grey.clone().toColourspace('b-w').tiff({ bitdepth: 1 }).toBuffer();
    expect(await pixels(oneBit)).toEqual([0, 255, 255, 0]);
    const palette = await grey.clone().png({ palette: true, colours: 2 }).toBuffer();
    expect(await pixels(palette)).toEqual([0, 255, 255, 0]);
    const greyAndOpacity = Uint8Array.of(10, 255, 10, 0, 20, 255, 20, 0);
    const clear = sharp(greyAndOpacity, { raw: { width: 2, height: 2, channels: 2 } });
    expect(await pixels(await clear.png().toBuffer(), { background: [7, 7, 7] })).toEqual([10, 7, 20, 7]);
  });

  it('of CMYK are converted to sRGB', async () => {
    const [red, , blue] = [0, 1, 2].map((c) => ({ r: c === 0 ? 230 : 20, g: 20, b: c === 2 ? 230 : 20 }));
    for (const background of [red, blue]) {
      const image = sharp({ create: { width: 2, height: 2, channels: 3, background: background ?? {} } });
      const cmyk = await image.toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
      expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
      const [r = 0, , , , , , , , b = 0] = await pixels(cmyk, { channels: 3 });
      // Inks cannot reproduce screen colours exactly, but they preserve the dominant colour.
      expect(r > b + 80).toBe(background === red);
    }
  });
});

describe('a file', () => {
  it('is read by its content, independent of its name', async () => {
    const webp = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#fff' } })
      .webp()
      .toBuffer();
    expect((await decodeImage(webp, 'a.png', plain)).size).toEqual({ width: 2, height: 2 });
  });

  it('in a format other than JPEG is read if viewers accept its faults', async () => {
    const png = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    // Add a comment with a wrong checksum, and bytes after the end.
    const comment = Buffer.from([0, 0, 0, 3, ...Buffer.from('tEXta\0b'), 1, 2, 3, 4]);
    const odd = Buffer.concat([png.subarray(0, 33), comment, png.subarray(33), Buffer.from('more')]);
    expect(await pixels(odd)).toEqual([255, 255, 255, 255]);
  });

  it('that claims more pixels than fit in memory is refused', async () => {
    const header = Buffer.from([0, 0, 0x40, 0, 0, 0, 0x40, 0, 8, 0, 0, 0, 0]); // 16384x16384, grey
    const chunk = (type: string, data: Buffer): Buffer => {
      const typed = Buffer.concat([Buffer.from(type), data]);
      const ends = Buffer.alloc(8);
      ends.writeUInt32BE(data.length, 0);
      ends.writeUInt32BE(crc32(typed), 4);
      return Buffer.concat([ends.subarray(0, 4), typed, ends.subarray(4)]);
    };
    const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
    const body = chunk('IDAT', deflateSync(Buffer.alloc(16)));
    const bomb = Buffer.concat([signature, chunk('IHDR', header), body, chunk('IEND', Buffer.alloc(0))]);
    await expect(decodeImage(bomb, 'a.png', plain)).rejects.toThrow(
      'a.png: has more than 134217728 pixels; expected fewer. Scale the image down.',
    );
  });
});

/** Returns the CRC-32 of a chunk. Source: PNG specification, annex D. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc & 1) === 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
