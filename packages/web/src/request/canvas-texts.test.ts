import { PLAN_LIMITS } from '@isonoise/sampler';
import { expect, it } from 'vitest';
import { NO_CANVAS_TEXTS, pictureShape, readCanvas } from './canvas-texts.ts';

const image = { channels: 4, height: 8, width: 12 };
const read = (texts: object) => readCanvas({ ...NO_CANVAS_TEXTS, ...texts }, image);

it.each([
  [{}, undefined],
  [{ canvas: '24x16' }, { height: 16, width: 24 }],
  [
    { canvas: ' 16 ', stride: '8' },
    { height: 16, width: 16, stride: 8 },
  ],
  [{ tile: 'true' }, { height: 8, width: 12, tile: true }],
  [
    { tile: 'true', stride: '1' },
    { height: 8, width: 12, stride: 1, tile: true },
  ],
])('readCanvas reads %j', (texts, canvas) => {
  expect(read(texts)).toEqual({ canvas, errors: {} });
});

it.each([
  [{ canvas: 'large' }, { canvas: 'Width and height such as 96x64, or one number for a square.' }],
  [{ canvas: '0' }, { canvas: 'Width and height such as 96x64, or one number for a square.' }],
  [{ canvas: '8' }, { canvas: 'At least 12x8, the size of the model’s images.' }],
  [{ canvas: '24', stride: '9' }, { stride: 'A whole number from 1 to 8.' }],
  [{ canvas: '24', stride: '1.5' }, { stride: 'A whole number from 1 to 8.' }],
  [{ stride: '2' }, { stride: 'Has an effect only with a size or with tiles.' }],
])('readCanvas reports what is wrong with %j', (texts, errors) => {
  expect(read(texts)).toEqual({ canvas: undefined, errors });
});

it('readCanvas refuses more windows than a plan may have, and names the limit', () => {
  // A window at each pixel of a tile.
  expect(read({ canvas: '64', tile: 'true', stride: '1' }).canvas).toMatchObject({ width: 64 });
  expect(PLAN_LIMITS.windows).toBe(64 ** 2);
  expect(read({ canvas: '65x64', tile: 'true', stride: '1' }).errors.canvas).toBe(
    '4,160 windows; at most 4,096 are possible. Use a smaller size or a larger stride.',
  );
});

it('pictureShape returns the shape of the pictures, or of the model’s images if the size is not valid', () => {
  expect(pictureShape({ ...NO_CANVAS_TEXTS, canvas: '24x16' }, image)).toEqual({
    channels: 4,
    height: 16,
    width: 24,
  });
  expect(pictureShape({ ...NO_CANVAS_TEXTS, canvas: '2' }, image)).toEqual(image);
});
