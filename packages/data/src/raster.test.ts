import { describe, expect, it } from 'vitest';
import { crop, type Raster, resample } from './raster.ts';

const grey = (width: number, ...data: readonly number[]): Raster => ({
  width,
  height: data.length / width,
  channels: 1,
  data: Uint8Array.from(data),
});
const values = ({ data }: Raster): readonly number[] => [...data];

describe('resample', () => {
  it('repeats each pixel if nearest enlarges an image by a whole factor', () => {
    expect(values(resample(grey(2, 1, 2, 3, 4), { width: 4, height: 4 }, 'nearest'))).toEqual([
      1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4,
    ]);
  });

  it('takes the pixel under the centre if nearest reduces an image', () => {
    // If nine pixels become three, the centres of the new pixels are at 1.5, 4.5 and 7.5.
    expect(values(resample(grey(9, 0, 1, 2, 3, 4, 5, 6, 7, 8), { width: 3, height: 1 }, 'nearest'))).toEqual([
      1, 4, 7,
    ]);
  });

  it('averages the covered area, and weights partly covered pixels by their share', () => {
    // If three pixels become two, the first one covers all of 0 and half of 90, so it is (0 + 45) / 1.5 = 30.
    expect(values(resample(grey(3, 0, 90, 240), { width: 2, height: 1 }, 'area'))).toEqual([30, 190]);
  });

  it('keeps the mean of an image that area reduces by a whole factor', () => {
    expect(
      values(resample(grey(4, 0, 40, 80, 120, 8, 48, 88, 128), { width: 2, height: 1 }, 'area')),
    ).toEqual([24, 104]);
  });

  it('interpolates linearly if area enlarges an image', () => {
    expect(values(resample(grey(2, 0, 100), { width: 4, height: 1 }, 'area'))).toEqual([0, 25, 75, 100]);
  });

  it('weights colours by alpha, so that transparent pixels do not tint their neighbours', () => {
    const image: Raster = {
      width: 2,
      height: 1,
      channels: 4,
      data: Uint8Array.of(255, 0, 0, 255, 0, 255, 0, 0),
    };
    expect(values(resample(image, { width: 1, height: 1 }, 'area'))).toEqual([255, 0, 0, 128]);
  });
});

describe('crop', () => {
  it('copies the rows of the given part', () => {
    const image = grey(3, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    expect(values(crop(image, { left: 1, top: 1, width: 2, height: 2 }))).toEqual([5, 6, 8, 9]);
  });
});
