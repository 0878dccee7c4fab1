import { describe, expect, it } from 'vitest';
import { contactSheet } from './contact-sheet.ts';

describe('contactSheet', () => {
  it('lays three grey 1x2 images out in two columns', () => {
    const images = Float32Array.of(-1, 1, 1, -1, 0, 0); // [3, 1, 1, 2]
    const sheet = contactSheet(images, [3, 1, 1, 2], { columns: 2, gap: 1, background: 9 });
    expect(sheet).toEqual({
      width: 7,
      height: 5,
      channels: 1,
      data: Uint8Array.of(
        ...[9, 9, 9, 9, 9, 9, 9],
        ...[9, 0, 255, 9, 255, 0, 9],
        ...[9, 9, 9, 9, 9, 9, 9],
        ...[9, 128, 128, 9, 9, 9, 9],
        ...[9, 9, 9, 9, 9, 9, 9],
      ),
    });
  });

  it('interleaves the planes of colour images', () => {
    const planes = Float32Array.of(-1, 1, 0, -1, 1, 0); // [1, 3, 1, 2]: R -1 1, G 0 -1, B 1 0
    const sheet = contactSheet(planes, [1, 3, 1, 2], { gap: 0 });
    expect(sheet).toEqual({
      width: 2,
      height: 1,
      channels: 3,
      data: Uint8Array.of(0, 128, 255, 255, 0, 128),
    });
  });

  it('enlarges images by repeating pixels', () => {
    const sheet = contactSheet(Float32Array.of(-1, 1), [1, 1, 1, 2], { gap: 0, scale: 2 });
    expect(sheet).toEqual({
      width: 4,
      height: 2,
      channels: 1,
      data: Uint8Array.of(0, 0, 255, 255, 0, 0, 255, 255),
    });
  });

  it('makes a nearly square sheet by default', () => {
    const { width, height } = contactSheet(new Float32Array(10 * 4), [10, 1, 2, 2]);
    expect([width, height]).toEqual([4 * 4 + 2, 3 * 4 + 2]);
  });

  /** Two images of one pixel: half-transparent red, and opaque white. */
  const translucent = Float32Array.of(128 / 127.5 - 1, -1, -1, 128 / 127.5 - 1, 1, 1, 1, 1); // [2, 4, 1, 1]

  it('keeps alpha and has straight colours over a transparent backdrop', () => {
    const sheet = contactSheet(translucent, [2, 4, 1, 1], { columns: 2, gap: 1, backdrop: 'transparent' });
    expect(sheet).toMatchObject({ width: 5, height: 3, channels: 4 });
    const none = [0, 0, 0, 0];
    expect([...sheet.data.subarray(20, 40)]).toEqual([
      ...[...none, 255, 0, 0, 128],
      ...[...none, 255, 255, 255, 255],
      ...none,
    ]);
    expect(new Set(sheet.data.subarray(0, 20))).toEqual(new Set([0]));
  });

  it('composes images with alpha over a colour, which also fills the gaps', () => {
    const sheet = contactSheet(translucent, [2, 4, 1, 1], { columns: 2, gap: 1, backdrop: [0, 100, 200] });
    expect(sheet).toMatchObject({ width: 5, height: 3, channels: 3 });
    const back = [0, 100, 200];
    // The exact values are 128 + 0·127/255, 100·127/255 = 49.8 and 200·127/255 = 99.6.
    expect([...sheet.data.subarray(15, 30)]).toEqual([
      ...back,
      128,
      50,
      100,
      ...back,
      255,
      255,
      255,
      ...back,
    ]);
  });

  it('composes images with alpha over squares of eight pixels by default', () => {
    const clear = new Float32Array(4 * 16).fill(-1); // [1, 4, 1, 16]
    const sheet = contactSheet(clear, [1, 4, 1, 16], { gap: 0 });
    const grey = (value: number) => new Array<number>(24).fill(value);
    expect(sheet).toEqual({
      width: 16,
      height: 1,
      channels: 3,
      data: Uint8Array.of(...grey(224), ...grey(192)),
    });
  });

  it.each([
    ['too few values', [2, 1, 2, 2], {}, 'PICTURE_SHAPE'],
    ['two channels', [1, 2, 1, 2], {}, 'PICTURE_SHAPE'],
    ['zero images', [0, 1, 2, 2], {}, 'PICTURE_SHAPE'],
    ['scale 1.5', [1, 1, 2, 2], { scale: 1.5 }, 'PICTURE_OPTION'],
    ['a colour of 300', [1, 4, 1, 1], { backdrop: [0, 0, 300] }, 'PICTURE_OPTION'],
    ['background 256', [1, 1, 2, 2], { background: 256 }, 'PICTURE_OPTION'],
  ] as const)('refuses %s', (_, shape, options, code) => {
    expect(() => contactSheet(new Float32Array(4), shape, options)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
