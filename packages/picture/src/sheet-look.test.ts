import { describe, expect, it } from 'vitest';
import { sheetLook } from './sheet-look.ts';

describe('sheetLook', () => {
  it('keeps a single image with alpha unchanged', () => {
    expect(sheetLook([1, 4, 32, 32])).toEqual({ scale: 1, gap: 0, backdrop: 'transparent' });
  });

  it('lays other images out on an opaque sheet', () => {
    const sheet = { scale: 2, gap: 2, backdrop: 'checkerboard' };
    expect(sheetLook([1, 3, 32, 32])).toEqual(sheet);
    expect(sheetLook([2, 4, 32, 32])).toEqual(sheet);
    expect(sheetLook([2, 4, 64, 32])).toEqual({ ...sheet, scale: 1 });
  });

  it('uses the requested backdrop', () => {
    expect(sheetLook([1, 4, 32, 32], [9, 9, 9])).toEqual({ scale: 2, gap: 2, backdrop: [9, 9, 9] });
    expect(sheetLook([4, 4, 32, 32], 'transparent')).toMatchObject({ gap: 2, backdrop: 'transparent' });
  });
});
