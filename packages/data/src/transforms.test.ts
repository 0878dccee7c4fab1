import { describe, expect, it } from 'vitest';
import { checkedDataset, type Dataset } from './dataset.ts';
import { describeDataset } from './describe.ts';
import { normalize } from './normalize.ts';
import { padTo } from './pad.ts';
import { subset } from './subset.ts';

const three: Dataset = {
  name: 'three',
  count: 3,
  shape: { channels: 1, height: 1, width: 2 },
  pixels: Uint8Array.of(1, 2, 3, 4, 5, 6),
  labels: Uint8Array.of(1, 0, 1),
  classNames: ['a', 'b'],
};

describe('normalize', () => {
  it('maps bytes to [−1, 1] with exact ends', () => {
    const floats = normalize(Uint8Array.of(0, 51, 255));
    // The value 51 / 127.5 − 1 = −0.6 is rounded once to float32.
    expect(Array.from(floats)).toEqual([-1, Math.fround(51 / 127.5 - 1), 1]);
  });

  it('keeps all 256 values distinct, so that rounding recovers them', () => {
    const floats = normalize(Uint8Array.from({ length: 256 }, (_, i) => i));
    expect(Array.from(floats, (x) => Math.round((x + 1) * 127.5))).toEqual(
      Array.from({ length: 256 }, (_, i) => i),
    );
  });
});

describe('subset', () => {
  it('takes the first images without copying pixels', () => {
    const two = subset(three, 2);
    expect(two).toEqual({
      ...three,
      count: 2,
      pixels: Uint8Array.of(1, 2, 3, 4),
      labels: Uint8Array.of(1, 0),
    });
    expect(two.pixels.buffer).toBe(three.pixels.buffer);
  });

  it('takes the images that a predicate keeps, by label or by index', () => {
    const ones = subset(three, (_, label) => label === 1);
    expect(Array.from(ones.pixels)).toEqual([1, 2, 5, 6]);
    expect(Array.from(ones.labels ?? [])).toEqual([1, 1]);
    expect(ones.classNames).toEqual(['a', 'b']);
    expect(Array.from(subset(three, (i) => i > 0).pixels)).toEqual([3, 4, 5, 6]);
  });

  it.each([0, 4, 1.5])('refuses to take %s of three images', (n) => {
    expect(() => subset(three, n)).toThrow(`subset of three: got ${n}; expected an integer from 1 to 3.`);
  });

  it('refuses an empty result', () => {
    expect(() => subset(three, () => false)).toThrow(expect.objectContaining({ code: 'DATA_EMPTY' }));
  });
});

describe('padTo', () => {
  it('puts each image in the middle, with the larger part of an odd margin at the bottom and right', () => {
    const padded = padTo(subset(three, 2), 3, { fill: 9 });
    expect(padded.shape).toEqual({ channels: 1, height: 3, width: 3 });
    expect(Array.from(padded.pixels)).toEqual([9, 9, 9, 1, 2, 9, 9, 9, 9, 9, 9, 9, 3, 4, 9, 9, 9, 9]);
    expect(padded.labels).toEqual(Uint8Array.of(1, 0));
  });

  it('pads every plane of a colour image', () => {
    const pixels = Uint8Array.of(1, 2, 3);
    const padded = padTo({ name: 'c', count: 1, shape: { channels: 3, height: 1, width: 1 }, pixels }, 2);
    expect(Array.from(padded.pixels)).toEqual([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]);
  });

  it('refuses sides smaller than the image, and fills that are not bytes', () => {
    expect(() => padTo(three, 1)).toThrow(
      'side is 1; expected an integer from 2 to 4096, as images of three are 2x1',
    );
    // These sizes are refused before memory is allocated.
    expect(() => padTo(three, 100_000)).toThrow('side is 100000; expected an integer from 2 to 4096');
    const many = { ...three, count: 60_000 };
    expect(() => padTo(many, 4096)).toThrow('1006632960000 bytes; expected at most 2147483647 bytes');
    expect(() => padTo(three, 4, { fill: 256 })).toThrow('fill is 256');
  });
});

describe('describeDataset', () => {
  it('returns counts and moments', () => {
    expect(describeDataset(three)).toEqual({
      name: 'three',
      count: 3,
      shape: three.shape,
      bytes: 6,
      mean: 3.5,
      // The variance of 1…6 is (36 − 1) / 12.
      std: Math.sqrt(35 / 12),
      channels: [{ least: 1, most: 6, mean: 3.5 }],
      classes: [
        { name: 'a', count: 1 },
        { name: 'b', count: 2 },
      ],
    });
  });

  it('returns the range and mean of each channel', () => {
    const pixels = Uint8Array.of(0, 10, 7, 7, 255, 1, 4, 6, 9, 9, 2, 2); // [2, 3, 1, 2]
    const shape = { channels: 3, height: 1, width: 2 };
    expect(describeDataset({ name: 'c', count: 2, shape, pixels }).channels).toEqual([
      { least: 0, most: 10, mean: 5 },
      { least: 7, most: 9, mean: 8 },
      { least: 1, most: 255, mean: 65 },
    ]);
  });
});

describe('checkedDataset', () => {
  it.each<[string, Partial<Dataset>, string]>([
    ['zero images', { count: 0 }, 'DATA_EMPTY'],
    ['two channels', { shape: { channels: 2, height: 1, width: 1 } }, 'DATA_MISMATCH'],
    ['the wrong number of pixels', { pixels: new Uint8Array(5) }, 'DATA_MISMATCH'],
    ['too few labels', { labels: Uint8Array.of(1, 0) }, 'DATA_MISMATCH'],
    ['a label out of range', { labels: Int32Array.of(1, 0, -1) }, 'DATA_LABEL'],
  ])('refuses %s', (_, part, code) => {
    expect(() => checkedDataset({ ...three, ...part })).toThrow(expect.objectContaining({ code }));
  });
});
