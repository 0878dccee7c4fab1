import { outpaint } from '@isonoise/sampler';
import { describe, expect, it } from 'vitest';
import { layersOf, valuesOf } from './layer-values.ts';
import { enlarge, firstMargins, readMargins, windowCount } from './margins.ts';

const image = { channels: 4, height: 4, width: 6 };
const picture = { width: 6, height: 4 };
const none = { left: '0', right: '0', top: '0', bottom: '0' };

describe('readMargins', () => {
  it('reads whole numbers, including negative ones', () => {
    expect(readMargins({ ...none, left: '8', right: ' -2 ' }, picture, image)).toEqual({
      margins: { left: 8, right: -2, top: 0, bottom: 0 },
    });
    expect(readMargins(firstMargins(image), picture, image)).toEqual({
      margins: { left: 2, right: 2, top: 1, bottom: 1 },
    });
  });

  it.each([
    [
      { left: 'x', top: '1.5' },
      { left: 'A whole number of pixels.', top: 'A whole number of pixels.' },
    ],
    [{}, { left: 'At least one side above 0.' }],
    [{ left: '-6', right: '9' }, { left: 'A part of the picture must remain.' }],
    [
      { left: '-3', right: '2' },
      { left: 'At least 6 × 4 pixels must remain, the size of the model’s images.' },
    ],
    [{ left: '2000', top: '2000' }, { left: '2006 × 2004 pixels exceed the limit of 1,048,576.' }],
    [{ left: '500', top: '500' }, { left: '63,001 windows; at most 4,096 are possible.' }],
  ])('reports what is wrong with %j', (texts, errors) => {
    expect(readMargins({ ...none, ...texts }, picture, image)).toEqual({ errors });
  });
});

it('windowCount counts the windows of larger pictures', () => {
  expect(windowCount(picture, image)).toBe(1);
  // The windows begin at 0, 2 and 4 across, and at 0 and 2 down.
  expect(windowCount({ width: 10, height: 6 }, image)).toBe(6);
});

it('enlarge returns the same picture and mask as outpaint', () => {
  for (const channels of [1, 3, 4] as const) {
    const size = channels * 24;
    const values = Float32Array.from({ length: size }, (_, i) => Math.sin(i));
    const before = layersOf(channels === 4 ? values.fill(1, 72) : values, picture, channels);
    const margins = { left: 2, right: -1, top: 0, bottom: 3 };
    const after = enlarge(before, margins);
    const { edit, canvas } = outpaint(valuesOf(before), { channels, ...picture }, margins);
    expect(valuesOf(after)).toEqual(edit.image);
    expect(after.mask).toEqual(edit.mask);
    expect(after).toMatchObject(canvas);
  }
});

it('enlarge keeps the mask of the picture', () => {
  const before = layersOf(new Float32Array(24), picture, 1);
  before.mask[7] = 1;
  const { mask } = enlarge(before, { left: 1, right: 0, top: 0, bottom: 0 });
  // The first column is new. Column 1 of row 1 is now column 2.
  expect([...mask.slice(0, 14)]).toEqual([1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0]);
});
