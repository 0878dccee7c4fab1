import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import type { Denoiser } from './denoiser.ts';
import { type Margins, outpaint } from './outpaint.ts';
import { sample } from './sample.ts';

const shape = { channels: 2, height: 2, width: 3 };
const picture = Float32Array.of(0, 0.1, 0.2, 0.3, 0.4, 0.5, -0, -0.1, -0.2, -0.3, -0.4, -0.5);

describe('outpaint', () => {
  it('places the picture and repeats its border', () => {
    const { edit, canvas } = outpaint(picture, shape, { left: 1, right: 2, bottom: 1 });
    expect(canvas).toEqual({ height: 3, width: 6 });
    const first = [0, 0, 0.1, 0.2, 0.2, 0.2, 0.3, 0.3, 0.4, 0.5, 0.5, 0.5, 0.3, 0.3, 0.4, 0.5, 0.5, 0.5];
    expect(edit.image).toEqual(Float32Array.from([...first, ...first.map((value) => -value)]));
    expect(edit.mask).toEqual(Uint8Array.of(1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1));
  });

  it('moves a picture on a canvas of equal size', () => {
    const { edit, canvas } = outpaint(picture, shape, { left: 1, right: -1 });
    expect(canvas).toEqual({ height: 2, width: 3 });
    expect(edit.image.subarray(0, 6)).toEqual(Float32Array.of(0, 0, 0.1, 0.3, 0.3, 0.4));
    expect(edit.mask).toEqual(Uint8Array.of(1, 0, 0, 1, 0, 0));
  });

  it('also redraws the pixels under a mask, whether all pictures share one mask or each has its own', () => {
    const first = [0, 1, 0, 0, 0, 1];
    const second = [1, 0, 0, 0, 0, 0];
    const placed = [1, 0, 1, 0, 1, 0, 0, 1];
    const mask = (list: readonly number[]): Uint8Array | undefined =>
      outpaint(picture, shape, { left: 1 }, Uint8Array.from(list)).edit.mask;
    expect(mask(first)).toEqual(Uint8Array.from(placed));
    expect(mask([...first, ...second])).toEqual(Uint8Array.of(...placed, 1, 1, 0, 0, 1, 0, 0, 0));
    expect(outpaint(picture, shape, { left: 1, right: -1 }, Uint8Array.from(first)).edit.mask).toEqual(
      Uint8Array.of(1, 0, 1, 1, 0, 0),
    );
    expect(() => mask([1, 0])).toThrow('the mask has 2 values; expected 6 for each mask of [2, 3].');
    expect(() => mask([])).toThrow('the mask has 0 values');
  });

  it('keeps the pictures of a run bit for bit, and draws the rest', async () => {
    const network: Denoiser = async (x) => x.map((value) => 0.3 * value);
    const both = Float32Array.of(...picture, ...picture.map((value) => value / 2));
    const fields = outpaint(both, shape, { left: 2, top: 1 });
    let x = new Float32Array(0);
    const schedule = createSchedule({ kind: 'linear' });
    const run = { shape, schedule, predictionType: 'epsilon', seed: 3, images: 2, steps: 5 } as const;
    for await (const step of sample(network, { ...run, ...fields })) x = Float32Array.from(step.x);
    for (let i = 0; i < 12; i++) {
      const at = 15 * Math.floor(i / 6) + 5 * (1 + Math.floor((i % 6) / 3)) + 2 + (i % 3);
      expect(x[at]).toBe(both[i]);
      expect(x[30 + at]).toBe(both[12 + i]);
    }
    expect(x[0]).not.toBe(x[30]);
  });

  it.each<[Margins, string]>([
    [{}, 'the margins add no pixels; expected a margin above 0.'],
    [{ left: -1 }, 'the margins add no pixels'],
    [{ left: 0.5 }, 'left is 0.5; expected a whole number of pixels'],
    [{ top: Number.NaN }, 'top is NaN'],
    [{ bottom: 1e9 }, 'bottom is 1000000000; expected a whole number of pixels, at most 65536'],
    [{ left: 4, right: -3 }, 'the margins remove the whole picture of 3 x 2 pixels'],
    [{ left: 60000, top: 60000 }, 'values; expected at most 1073741824'],
  ])('refuses the margins %j', (margins, message) => {
    expect(() => outpaint(picture, shape, margins)).toThrow(message);
  });

  it('refuses pictures of another shape', () => {
    expect(() => outpaint(picture.subarray(1), shape, { left: 1 })).toThrow(
      'outpaint: the pictures have 11 values; expected 12 for each picture of [2, 2, 3].',
    );
  });
});
