import { deflateSync } from 'node:zlib';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { contactSheet } from './contact-sheet.ts';
import { decodePng } from './decode-png.ts';
import { imageOfPng } from './image-of-png.ts';
import { encodePng } from './png.ts';
import { toBytes } from './to-bytes.ts';

const size = { width: 5, height: 3 } as const;
const bytes = (channels: number): Uint8Array =>
  Uint8Array.from({ length: 15 * channels }, (_, i) => (37 * i) % 256);
const png = (channels: 1 | 2 | 3 | 4, more: object = {}): Uint8Array =>
  encode({ ...size, channels, depth: 8, data: bytes(channels), ...more });

/** Encodes a chunk with its checksum, for types that fast-png does not write. */
function chunk(type: string, content: Uint8Array): Uint8Array {
  const body = new Uint8Array([...new TextEncoder().encode(type), ...content]);
  let crc = 0xffffffff;
  for (const byte of body) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  const framed = new Uint8Array(body.length + 8);
  const view = new DataView(framed.buffer);
  view.setUint32(0, content.length);
  framed.set(body, 4);
  view.setUint32(body.length + 4, ~crc >>> 0);
  return framed;
}

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const head = (depth: number, colourType: number, interlace = 0): Uint8Array =>
  chunk('IHDR', Uint8Array.of(0, 0, 0, 5, 0, 0, 0, 3, depth, colourType, 0, 0, interlace));
const pixels = (raw: Uint8Array): Uint8Array => chunk('IDAT', deflateSync(raw));
const END = chunk('IEND', new Uint8Array(0));
const file = (...chunks: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from([...SIGNATURE, ...chunks.flatMap((each) => [...each])]);
/** Returns three equal rows without a filter. */
const rows = (row: readonly number[]): Uint8Array => Uint8Array.from([0, ...row, 0, ...row, 0, ...row]);

describe('decodePng', () => {
  it.each([1, 2, 3, 4] as const)('reads the samples of %i channels', (channels) => {
    expect(decodePng(png(channels), size)).toEqual({ ...size, channels, data: bytes(channels) });
  });

  it('reads palettes, including those with fewer than 8 bits or with alpha', () => {
    const palette = chunk('PLTE', Uint8Array.of(10, 20, 30, 40, 50, 60));
    // One byte holds the bits 01101.
    const two = file(head(1, 3), palette, pixels(rows([0b01101000])), END);
    const row = [10, 20, 30, 40, 50, 60, 40, 50, 60, 10, 20, 30, 40, 50, 60];
    expect(decodePng(two, size)).toEqual({
      ...size,
      channels: 3,
      data: Uint8Array.from([...row, ...row, ...row]),
    });
    const clear = file(
      head(8, 3),
      palette,
      chunk('tRNS', Uint8Array.of(7)),
      pixels(rows([1, 0, 0, 0, 0])),
      END,
    );
    const { channels, data } = decodePng(clear, size);
    expect([channels, ...data.subarray(0, 8)]).toEqual([4, 40, 50, 60, 255, 10, 20, 30, 7]);
  });

  it('ignores texts and colour profiles, even damaged ones', () => {
    const more = [chunk('iCCP', Uint8Array.of(65, 0, 0, 1, 2, 3)), chunk('tEXt', Uint8Array.of(65, 0, 66))];
    const found = decodePng(file(head(8, 0), ...more, pixels(rows([1, 2, 3, 4, 5])), END), size);
    expect([...found.data.subarray(0, 5)]).toEqual([1, 2, 3, 4, 5]);
  });

  it('refuses a picture of a different size before decoding it', () => {
    expect(() => decodePng(png(1), { width: 3, height: 5 })).toThrow(
      expect.objectContaining({
        code: 'PICTURE_SHAPE',
        message: 'decodePng: the file has 5 × 3 pixels; expected 3 × 5. Scale it first.',
      }),
    );
  });

  it.each([
    ['has 16 bits per sample', file(head(16, 0), pixels(new Uint8Array(33)), END)],
    ['has 1 bit per sample', file(head(1, 0), pixels(rows([0])), END)],
    ['has 16 bits per sample', file(head(16, 3), pixels(rows([0])), END)],
    ['has the unknown colour type 5', file(head(8, 5), pixels(rows([0])), END)],
    ['is interlaced', file(head(8, 0, 1), pixels(rows([1, 2, 3, 4, 5])), END)],
    ['is animated', file(head(8, 0), chunk('acTL', new Uint8Array(8)), pixels(rows([1, 2, 3, 4, 5])), END)],
    [
      'has a transparent colour',
      file(head(8, 0), chunk('tRNS', Uint8Array.of(0, 9)), pixels(rows([1, 2, 3, 4, 5])), END),
    ],
  ])('refuses a PNG that %s', (problem, hostile) => {
    expect(() => decodePng(hostile, size)).toThrow(
      expect.objectContaining({ code: 'PICTURE_PNG_UNSUPPORTED', message: expect.stringContaining(problem) }),
    );
  });

  const good = file(head(8, 0), pixels(rows([1, 2, 3, 4, 5])), END);
  it.each([
    ['of a different format', Uint8Array.of(1, 2, 3), 'does not begin with the PNG signature'],
    ['that is cut off', good.subarray(0, -13), 'is cut off'],
    ['that ends after its signature', Uint8Array.from(SIGNATURE), 'is cut off'],
    ['without a head', file(END), 'does not begin with the chunk IHDR'],
    [
      'with a wrong checksum',
      good.map((byte, i) => (i === good.length - 1 ? byte ^ 1 : byte)),
      'CRC mismatch',
    ],
    ['without pixels', file(head(8, 0), END), 'is damaged'],
    ['with too few pixels', file(head(8, 0), pixels(new Uint8Array(17)), END), '17 of 18 bytes of pixels'],
    [
      'with too many pixels',
      file(head(8, 0), pixels(new Uint8Array(19)), END),
      'more than 18 bytes of pixels',
    ],
    [
      'with an unknown filter',
      file(head(8, 0), pixels(new Uint8Array(18).fill(9)), END),
      'Unsupported filter: 9',
    ],
    [
      'with an index beyond its palette',
      file(head(8, 3), chunk('PLTE', Uint8Array.of(1, 2, 3)), pixels(rows([0, 0, 7, 0, 0])), END),
      'Incorrect index',
    ],
    ['without its palette', file(head(8, 3), pixels(rows([0, 0, 0, 0, 0])), END), 'palette is undefined'],
  ])('refuses a file %s', (_, hostile, problem) => {
    expect(() => decodePng(hostile, size)).toThrow(
      expect.objectContaining({ code: 'PICTURE_PNG_MALFORMED', message: expect.stringContaining(problem) }),
    );
  });

  it('never holds all pixels of a small file that inflates to a huge one', () => {
    const bomb = file(head(8, 0), pixels(new Uint8Array(1 << 26)), END);
    expect(bomb.length).toBeLessThan(1 << 17);
    const before = process.memoryUsage().arrayBuffers;
    expect(() => decodePng(bomb, size)).toThrow('more than 18 bytes of pixels');
    // Each piece of 4 KiB becomes at most 4 MiB.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 25);
  });
});

describe('imageOfPng', () => {
  it('converts pixels to planes of values, which convert back to the same bytes', () => {
    const colour = imageOfPng(decodePng(png(3), size), 3);
    expect([...toBytes(colour)]).toEqual(
      [0, 1, 2].flatMap((c) => [...bytes(3)].filter((_, i) => i % 3 === c)),
    );
    const grey = decodePng(encodePng({ ...size, channels: 1, data: bytes(1) }), size);
    expect(toBytes(imageOfPng(grey, 1))).toEqual(bytes(1));
    expect([...imageOfPng(grey, 1).subarray(0, 2)]).toEqual([-1, Math.fround(37 / 127.5 - 1)]);
    expect(toBytes(imageOfPng(grey, 3))).toEqual(Uint8Array.from([...bytes(1), ...bytes(1), ...bytes(1)]));
  });

  it('multiplies colours by alpha, and a contact sheet recovers them', () => {
    const image = imageOfPng(decodePng(png(4), size), 4);
    const at = (c: number): number => bytes(4)[4 * 7 + c] ?? Number.NaN;
    expect([...toBytes(image)].filter((_, i) => i % 15 === 7)).toEqual([
      ...[0, 1, 2].map((c) => Math.round((at(c) * at(3)) / 255)),
      at(3),
    ]);
    const grey = toBytes(imageOfPng(decodePng(png(1), size), 4));
    expect(grey).toEqual(
      Uint8Array.from([...bytes(1), ...bytes(1), ...bytes(1), ...new Uint8Array(15).fill(255)]),
    );
    const { data } = contactSheet(image, [1, 4, 3, 5], { gap: 0, backdrop: 'transparent' });
    // With a high alpha, premultiplied bytes keep colours up to one level. Alpha stays exact.
    for (const [i, level] of bytes(4).entries()) {
      const alpha = bytes(4)[i - (i % 4) + 3] ?? 0;
      expect(Math.abs((data[i] ?? 0) - level)).toBeLessThanOrEqual(i % 4 === 3 ? 0 : alpha > 128 ? 1 : 256);
    }
  });

  it('accepts opaque and grey pictures of other colour types, and reports the position of a pixel that is not', () => {
    const opaque = png(4, { data: bytes(4).map((_, i) => (i % 4 === 3 ? 255 : Math.floor(i / 4))) });
    expect([...toBytes(imageOfPng(decodePng(opaque, size), 1))]).toEqual([...Array(15).keys()]);
    const clear = png(2, { data: bytes(2).map((byte, i) => (i === 13 ? 254 : i % 2 === 1 ? 255 : byte)) });
    expect(() => imageOfPng(decodePng(clear, size), 1)).toThrow(
      'the pixel in column 1 of row 1 is transparent; expected an opaque picture',
    );
    const red = png(3, { data: new Uint8Array(45).map((_, i) => (i === 42 ? 1 : 0)) });
    expect(() => imageOfPng(decodePng(red, size), 1)).toThrow('the pixel in column 4 of row 2 has a colour');
    expect(imageOfPng(decodePng(red, size), 3)[14]).toBe(Math.fround(1 / 127.5 - 1));
  });
});
