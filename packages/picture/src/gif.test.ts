import { describe, expect, it } from 'vitest';
import { encodeGif } from './gif.ts';
import type { Picture } from './picture.ts';

/**
 * Decodes the subset of GIF89a that isonoise writes: a global palette, without interlace and transparency. Written
 * from the specification.
 */
function decodeGif(bytes: Uint8Array) {
  const u16 = (at: number) => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  const text = (at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length));
  const palette = bytes.subarray(13, 13 + 3 * 2 ** (((bytes[10] ?? 0) & 7) + 1));
  const delays: number[] = [];
  const frames: Uint8Array[] = [];
  const comments: string[] = [];
  let repeat: number | undefined;
  let at = 13 + palette.length;
  const subBlocks = () => {
    const data: number[] = [];
    for (let size = bytes[at++] ?? 0; size > 0; size = bytes[at++] ?? 0) {
      data.push(...bytes.subarray(at, at + size));
      at += size;
    }
    return data;
  };
  for (;;) {
    const kind = bytes[at++];
    if (kind === 0x3b) break;
    if (kind === 0x21) {
      const label = bytes[at++];
      if (label === 0xf9) delays.push(u16(at + 2));
      if (label === 0xfe) comments.push(text(at + 1, bytes[at] ?? 0));
      if (label === 0xff && text(at + 1, 11) === 'NETSCAPE2.0') repeat = u16(at + 14);
      subBlocks();
    } else if (kind === 0x2c) {
      expect(bytes[at + 8]).toBe(0); // no local palette
      at += 9;
      const minimumCodeSize = bytes[at++] ?? 0;
      const index = unLzw(minimumCodeSize, subBlocks());
      frames.push(Uint8Array.from(index.flatMap((i) => [...palette.subarray(3 * i, 3 * i + 3)])));
    } else throw new Error(`block ${kind} at ${at}`);
  }
  return { signature: text(0, 6), width: u16(6), height: u16(8), repeat, delays, frames, comments };
}

function unLzw(minimumCodeSize: number, data: readonly number[]): number[] {
  const clear = 2 ** minimumCodeSize;
  let table: number[][] = [];
  let previous: number[] | undefined;
  let [size, bits, held] = [0, 0, 0];
  const out: number[] = [];
  const reset = () => {
    table = Array.from({ length: clear + 2 }, (_, i) => (i < clear ? [i] : []));
    previous = undefined;
    size = minimumCodeSize + 1;
  };
  reset();
  for (const byte of data) {
    held |= byte << bits;
    bits += 8;
    while (bits >= size) {
      const code = held & (2 ** size - 1);
      held >>= size;
      bits -= size;
      if (code === clear) reset();
      else if (code === clear + 1) return out;
      else {
        const entry: number[] = table[code] ?? [...(previous ?? []), previous?.[0] ?? 0];
        out.push(...entry);
        if (previous && table.length < 4096) table.push([...previous, entry[0] ?? 0]);
        if (table.length === 2 ** size && size < 12) size++;
        previous = entry;
      }
    }
  }
  throw new Error('no end code');
}

const picture = (width: number, channels: 1 | 3, value: (i: number) => number): Picture => {
  const height = 32;
  return {
    width,
    height,
    channels,
    data: Uint8Array.from({ length: width * height * channels }, (_, i) => value(i)),
  };
};

describe('encodeGif', () => {
  it('keeps all 256 greys exactly, and the timing', () => {
    const frames = [picture(32, 1, (i) => i & 255), picture(32, 1, (i) => (i * 97) & 255)];
    const gif = decodeGif(encodeGif(frames, { delayMs: 40, lastDelayMs: 1000 }));
    expect(gif).toMatchObject({ signature: 'GIF89a', width: 32, height: 32, repeat: 0, delays: [4, 100] });
    expect(gif.frames).toEqual(
      frames.map(({ data }) => Uint8Array.from([...data].flatMap((g) => [g, g, g]))),
    );
  });

  it('keeps up to 256 colours exactly', () => {
    const frames = [0, 1].map((f) => picture(16, 3, (i) => ((i * 31 + f) & 3) * 64));
    expect(decodeGif(encodeGif(frames)).frames).toEqual(frames.map(({ data }) => data));
  });

  it('quantises more colours to similar ones, always with the same bytes', () => {
    const frames = [picture(64, 3, (i) => ((i % 3) * 50 + Math.floor(i / 3) * 7) & 255)];
    const bytes = encodeGif(frames);
    const [decoded] = decodeGif(bytes).frames;
    const errors = [...(frames[0]?.data ?? [])].map((value, i) => Math.abs(value - (decoded?.[i] ?? 0)));
    // The limit is two bins of gifenc's histogram. A bin is 8 levels wide.
    expect(Math.max(...errors)).toBeLessThanOrEqual(16);
    expect(encodeGif(frames)).toEqual(bytes);
  });

  it('refuses an empty list of frames, and frames of different sizes', () => {
    expect(() => encodeGif([])).toThrow(expect.objectContaining({ code: 'PICTURE_NO_FRAMES' }));
    const frames = [picture(8, 1, () => 0), picture(9, 1, () => 0)];
    expect(() => encodeGif(frames)).toThrow(expect.objectContaining({ code: 'PICTURE_FRAMES_DIFFER' }));
  });

  it('refuses frames with alpha', () => {
    const frame = { width: 1, height: 1, channels: 4, data: Uint8Array.of(9, 9, 9, 128) } as const;
    expect(() => encodeGif([frame])).toThrow(expect.objectContaining({ code: 'PICTURE_ALPHA' }));
  });

  it('refuses timings that GIF cannot store, and data that does not fill a frame', () => {
    const frames = [picture(9, 1, () => 0)];
    for (const options of [
      { delayMs: -1 },
      { lastDelayMs: Number.NaN },
      { repeat: 0.5 },
      { repeat: 65_536 },
    ]) {
      expect(() => encodeGif(frames, options), JSON.stringify(options)).toThrow(
        expect.objectContaining({ code: 'PICTURE_OPTION' }),
      );
    }
    const short = { ...picture(9, 1, () => 0), data: new Uint8Array(9) };
    expect(() => encodeGif([short])).toThrow(expect.objectContaining({ code: 'PICTURE_SHAPE' }));
  });

  it('stores texts as comments, and refuses texts that a comment cannot store', () => {
    const frames = [picture(9, 1, (i) => i), picture(9, 1, () => 0)];
    const plain = decodeGif(encodeGif(frames));
    expect(plain.comments).toEqual([]);
    expect(decodeGif(encodeGif(frames, { text: { Software: 'isonoise', Title: 'é' } }))).toEqual({
      ...plain,
      comments: ['Software: isonoise', 'Title: é'],
    });
    for (const title of ['x'.repeat(249), '日'])
      expect(() => encodeGif(frames, { text: { Title: title } })).toThrow(
        expect.objectContaining({ code: 'PICTURE_OPTION' }),
      );
  });
});
