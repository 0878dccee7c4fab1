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

  it('enlarges by repeating pixels', () => {
    const sheet = contactSheet(Float32Array.of(-1, 1), [1, 1, 1, 2], { gap: 0, scale: 2 });
    expect(sheet).toEqual({
      width: 4,
      height: 2,
      channels: 1,
      data: Uint8Array.of(0, 0, 255, 255, 0, 0, 255, 255),
    });
  });

  it('makes the squarest sheet by default', () => {
    const { width, height } = contactSheet(new Float32Array(10 * 4), [10, 1, 2, 2]);
    expect([width, height]).toEqual([4 * 4 + 2, 3 * 4 + 2]);
  });

  it.each([
    ['too few values', [2, 1, 2, 2], {}, 'PICTURE_SHAPE'],
    ['two channels', [1, 2, 1, 2], {}, 'PICTURE_SHAPE'],
    ['no images', [0, 1, 2, 2], {}, 'PICTURE_SHAPE'],
    ['scale 1.5', [1, 1, 2, 2], { scale: 1.5 }, 'PICTURE_OPTION'],
    ['background 256', [1, 1, 2, 2], { background: 256 }, 'PICTURE_OPTION'],
  ] as const)('refuses %s', (_, shape, options, code) => {
    expect(() => contactSheet(new Float32Array(4), shape, options)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
