import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { DataError } from '../errors.ts';
import { repairedJpeg } from './index.ts';

const [WIDTH, HEIGHT] = [96, 80];

/** Returns a generator of reproducible numbers in [0, 1). Source: Numerical Recipes, "quick and dirty" generator. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Returns a JPEG of each kind that cameras and programs write. The images are noise, which gives dense data. */
async function files(): Promise<readonly (readonly [kind: string, bytes: Uint8Array])[]> {
  const next = numbers(1);
  const noise = Uint8Array.from({ length: 3 * WIDTH * HEIGHT }, () => 256 * next());
  const image = (): Sharp => sharp(noise, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
  return [
    ['baseline 4:2:0', await image().jpeg().toBuffer()],
    ['baseline 4:4:4', await image().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer()],
    ['with custom Huffman tables', await image().jpeg({ optimiseCoding: true }).toBuffer()],
    ['progressive 4:2:0', await image().jpeg({ progressive: true }).toBuffer()],
    ['progressive 4:4:4', await image().jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer()],
    ['with optimised scans', await image().jpeg({ mozjpeg: true }).toBuffer()],
    ['grey', await image().greyscale().jpeg().toBuffer()],
    ['CMYK', await image().toColourspace('cmyk').jpeg().toBuffer()],
  ];
}

const decoded = (bytes: Uint8Array, failOn: 'warning' | 'error' = 'warning'): Promise<Buffer> =>
  sharp(bytes, { failOn }).raw().toBuffer();

const find = (bytes: Uint8Array, marker: number): number =>
  bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === marker);

function spliced(bytes: Uint8Array, at: number, remove: number, insert: readonly number[]): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, at), ...insert, ...bytes.subarray(at + remove)]);
}

function check(bytes: Uint8Array): void {
  repairedJpeg(bytes, 'a.jpg').checkPixels();
}

describe('a sound JPEG', () => {
  it('of any kind is not changed', async () => {
    for (const [kind, bytes] of await files()) {
      const jpeg = repairedJpeg(bytes, 'a.jpg');
      expect(jpeg.bytes, kind).toBe(bytes);
      expect(jpeg.endless, kind).toBe(false);
      expect(() => jpeg.checkPixels(), kind).not.toThrow();
    }
  });

  it('is checked across restart markers', () => {
    // A row of 8×8 blocks with a restart after each block. The DC code 00 means no difference, and the AC code 00
    // ends the block.
    const table = (id: number): number[] => [0xff, 0xc4, 0, 20, id, 1, ...new Array(15).fill(0), 0];
    const head = [0xff, 0xd8, ...table(0), ...table(16), 0xff, 0xdd, 0, 4, 0, 1];
    const frame = [0xff, 0xc0, 0, 11, 8, 0, 8, 0, 24, 1, 1, 0x11, 0];
    const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0];
    const data = (first: number, second: number): Uint8Array =>
      Uint8Array.of(...head, ...frame, ...scan, 0x3f, 0xff, first, 0x3f, 0xff, second, 0x3f, 0xff, 0xd9);
    expect(() => check(data(0xd0, 0xd1))).not.toThrow();
    expect(() => check(data(0xd0, 0xd2))).toThrow('a restart marker is missing');
  });
});

describe('a JPEG that every viewer opens', () => {
  const faults: readonly (readonly [fault: string, make: (bytes: Uint8Array) => Uint8Array])[] = [
    ['a JFIF version of 0.00', (bytes) => spliced(bytes, find(bytes, 0xe0) + 9, 2, [0, 0])],
    ['bytes between two segments', (bytes) => spliced(bytes, find(bytes, 0xda), 0, new Array(13).fill(0))],
    ['fill bytes before a marker', (bytes) => spliced(bytes, find(bytes, 0xda), 0, [0xff, 0xff])],
    ['a restart marker between two segments', (bytes) => spliced(bytes, find(bytes, 0xda), 0, [0xff, 0xd0])],
    ['no end marker', (bytes) => bytes.subarray(0, bytes.length - 2)],
    ['half an end marker', (bytes) => bytes.subarray(0, bytes.length - 1)],
    ['bytes after its end', (bytes) => spliced(bytes, bytes.length, 0, [1, 2, 3])],
  ];
  it.each(faults)('is repaired if it has %s, and a strict decoder reads the same pixels', async (_, make) => {
    for (const [kind, sound] of await files()) {
      if (find(sound, 0xe0) < 0) continue; // CMYK has no JFIF header
      const { bytes, checkPixels } = repairedJpeg(make(sound), 'a.jpg');
      expect(checkPixels, kind).not.toThrow();
      expect((await decoded(bytes)).equals(await decoded(sound)), kind).toBe(true);
    }
  });

  it('is repaired if it is sequential with scan parameters 0, 0, 0', async () => {
    for (const [kind, sound] of (await files()).filter(([name]) => name.startsWith('baseline'))) {
      const at = find(sound, 0xda);
      const end = at + 2 + (sound[at + 3] ?? 0);
      const { bytes, checkPixels } = repairedJpeg(spliced(sound, end - 3, 3, [0, 0, 0]), 'a.jpg');
      expect(checkPixels, kind).not.toThrow();
      expect((await decoded(bytes)).equals(await decoded(sound)), kind).toBe(true);
    }
  });

  it('is accepted if it has surplus data before its end', async () => {
    for (const [kind, sound] of await files()) {
      const surplus = spliced(sound, sound.length - 2, 0, [1, 2, 3, 4]);
      expect(() => check(surplus), kind).not.toThrow();
      expect((await decoded(surplus, 'error')).equals(await decoded(sound)), kind).toBe(true);
    }
  });
});

/** An arithmetic-coded JPEG of 16x16 grey noise, made by libjpeg-turbo's `cjpeg -arithmetic -quality 30`. */
const ARITHMETIC = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWG' +
    'kJ6jq62rZ4C8ybqmx5moq6T/yQALCAAQABABAREA/8wABgAQEAX/2gAIAQEAAD8A1pJS77yIJsnMGaOAY7lu0Ri3qYCyggPD' +
    'bHww4lOa5McKaQ+Ig6L/AEmI0FLims3SomyALmBi/CX1AIfIu24E8zILqhFbbxKL1U7r+6bziJRGgGH7pQ7DcmsZrAXSKVPc' +
    '/9k=',
  'base64',
);

describe('an arithmetic-coded JPEG', () => {
  it('is accepted unchanged', async () => {
    const { bytes, checkPixels } = repairedJpeg(ARITHMETIC, 'a.jpg');
    expect(bytes).toBe(ARITHMETIC);
    expect(checkPixels).not.toThrow();
    expect((await decoded(bytes)).length).toBe(16 * 16 * 3);
  });

  it('is refused if it is truncated at any length, because decoders read missing data as zeros', () => {
    for (let length = 30; length < ARITHMETIC.length; length++)
      expect(() => check(ARITHMETIC.subarray(0, length)), `${length} bytes`).toThrow('is cut off');
  });
});

describe('a damaged JPEG', () => {
  it('is refused if it is truncated at any length, with and without an end marker', async () => {
    for (const [kind, bytes] of await files())
      for (let part = 1; part < 40; part++) {
        const cut = bytes.subarray(0, Math.floor((bytes.length * part) / 40));
        expect(() => check(cut), `${kind}, ${part} of 40`).toThrow(DataError);
        // A progressive file that ends with a whole scan and an end marker is valid, but has less detail.
        if (find(bytes, 0xc2) < 0)
          expect(() => check(spliced(cut, cut.length, 0, [0xff, 0xd9])), `${kind}, ${part} of 40`).toThrow(
            DataError,
          );
      }
    const [[, baseline = new Uint8Array()] = []] = await files();
    expect(() => check(baseline.subarray(0, -10))).toThrow(
      'a.jpg: the JPEG is cut off: its pixels end too early; expected a whole file.',
    );
    expect(() => check(baseline.subarray(0, 30))).toThrow('a.jpg: the JPEG is cut off in a header');
  });

  it('is refused if it contains invalid codes', async () => {
    for (const [kind, bytes] of await files()) {
      const at = find(bytes, 0xda);
      const begin = at + 2 + (bytes[at + 3] ?? 0);
      // 16 one bits are never a code (T.81, annex C). Each 0xFF is followed by a stuffed 0.
      const ones = spliced(bytes, begin, 8, [0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0]);
      expect(() => check(ones), kind).toThrow('a.jpg: the JPEG is damaged: bad Huffman code');
    }
  });

  it('is refused if libjpeg warns about invalid codes or missing data', async () => {
    const next = numbers(2);
    let warned = 0;
    for (const [kind, bytes] of await files()) {
      const begin = find(bytes, 0xda) + 14;
      for (let n = 0; n < 25; n++) {
        const damaged = Uint8Array.from(bytes);
        damaged[begin + Math.floor(next() * (bytes.length - begin - 2))] = 256 * next();
        const warning = await decoded(damaged).then(
          () => '',
          (error: Error) => error.message,
        );
        if (!/bad Huffman code|premature end of data segment/.test(warning)) continue;
        warned++;
        expect(() => check(damaged), `${kind}, ${n}: ${warning}`).toThrow(DataError);
      }
    }
    // Some damaged files contain only valid codes and cause no warning. Check that enough files cause one.
    expect(warned).toBeGreaterThan(20);
  });

  it('is refused if its header claims more pixels than fit in memory', async () => {
    const [[, bytes = new Uint8Array()] = []] = await files();
    const at = find(bytes, 0xc0);
    expect(() => check(spliced(bytes, at + 5, 4, [0xff, 0xff, 0xff, 0xff]))).toThrow(
      'claims 65535x65535 pixels',
    );
  });
});
