import { describe, expect, it } from 'vitest';
import { fromEachClass } from './limit.ts';

describe('fromEachClass', () => {
  it('takes images from every class in turn, and keeps the order of the set', () => {
    expect(fromEachClass(12, [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1], 6)).toEqual([0, 1, 2, 6, 7, 8]);
    expect(fromEachClass(12, [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1], 5)).toEqual([0, 1, 2, 6, 7]);
    expect(fromEachClass(5, [2, 0, 1, 0, 2], 3)).toEqual([0, 1, 2]);
  });

  it('takes more images of other classes if a class has few', () => {
    expect(fromEachClass(6, [0, 1, 1, 1, 1, 1], 4)).toEqual([0, 1, 2, 3]);
  });

  it('takes the first images of a set without classes', () => {
    expect(fromEachClass(5, undefined, 2)).toEqual([0, 1]);
  });

  it('takes all images if the limit is larger than their number', () => {
    expect(fromEachClass(3, [1, 0, 0], 9)).toEqual([0, 1, 2]);
  });
});
