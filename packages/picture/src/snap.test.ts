import { describe, expect, it } from 'vitest';
import { mirrorLeft } from './mirror.ts';
import { type PaletteColour, snapToPalette } from './snap.ts';
import { toBytes } from './to-bytes.ts';

const value = (byte: number): number => byte / 127.5 - 1;
const grey = (byte: number): PaletteColour => [byte, byte, byte, 255];

describe('snapToPalette', () => {
  it('gives each pixel the nearest colour, exactly', () => {
    const images = Float32Array.of(-2, value(40), value(70), value(140), value(240), 2);
    const snapped = snapToPalette(images, [1, 1, 1, 6], [grey(0), grey(100), grey(255)]);
    expect([...toBytes(snapped)]).toEqual([0, 0, 100, 100, 255, 255]);
  });

  it('maps colours to their brightness in grey images, and every grey to its own value', () => {
    const greys = Float32Array.from({ length: 256 }, (_, byte) => value(byte));
    const colours = Array.from({ length: 256 }, (_, byte) => grey(byte));
    expect([...toBytes(snapToPalette(greys, [256, 1, 1, 1], colours))]).toEqual([...colours.keys()]);
    const snapped = snapToPalette(
      Float32Array.of(value(80), value(140)),
      [2, 1, 1, 1],
      [
        [255, 0, 0, 255],
        [0, 255, 0, 255],
      ],
    );
    // These are 0.299 and 0.587 of 255.
    expect([...toBytes(snapped)]).toEqual([76, 150]);
  });

  it('premultiplies colours, and gives pixels the alpha of the palette', () => {
    // [4, 1, 2], with a faint pixel and a nearly opaque red one.
    const images = Float32Array.from([20, 220, 10, 5, 10, 0, 30, 230], value);
    const snapped = snapToPalette(
      images,
      [1, 4, 1, 2],
      [
        [0, 0, 0, 0],
        [255, 0, 0, 255],
        [0, 0, 255, 255],
      ],
    );
    expect([...toBytes(snapped)]).toEqual([0, 255, 0, 0, 0, 0, 0, 255]);
  });

  it('removes a speck that is about as near to the colour of its neighbours, and keeps a clear pixel', () => {
    const at = (centre: number): readonly number[] => {
      const images = Float32Array.from([90, 90, 90, 90, centre, 90, 90, 90, 90], value);
      return [...toBytes(snapToPalette(images, [1, 1, 3, 3], [grey(90), grey(120), grey(255)]))];
    };
    // The value 107 is only slightly nearer to 120 than to 90.
    expect(at(107)).toEqual(Array(9).fill(90));
    expect(at(255)).toEqual(Array(9).fill(90).with(4, 255));
  });

  it('removes faint specks in a transparent background, and keeps clear pixels and faint pixels next to visible ones', () => {
    // [4, 1, 7] in white, with the alphas of a faint speck, a clear pixel, and a clear pixel next to a faint one.
    const alphas = [150, 0, 200, 0, 230, 150, 0];
    const images = Float32Array.from([...alphas, ...alphas, ...alphas, ...alphas], value);
    const snapped = snapToPalette(
      images,
      [1, 4, 1, 7],
      [
        [0, 0, 0, 0],
        [255, 255, 255, 255],
      ],
    );
    expect([...toBytes(snapped)].slice(21)).toEqual([0, 0, 255, 0, 255, 255, 0]);
  });

  it('refuses an empty palette', () => {
    expect(() => snapToPalette(new Float32Array(1), [1, 1, 1, 1], [])).toThrow('the palette has no colours');
  });
});

describe('mirrorLeft', () => {
  it('mirrors the left half of each row, and keeps the middle column', () => {
    expect([...mirrorLeft(Float32Array.of(1, 2, 3, 4, 5, 6), [1, 1, 2, 3])]).toEqual([1, 2, 1, 4, 5, 4]);
    expect([...mirrorLeft(Float32Array.of(1, 2, 3, 4), [1, 1, 1, 4])]).toEqual([1, 2, 2, 1]);
  });
});
