import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import type { Dataset } from '@isonoise/data';
import { describe, expect, it } from 'vitest';
import { bitsImages } from './bits-images.ts';

const set: Dataset = {
  name: 'set',
  count: 6,
  shape: { channels: 1, height: 1, width: 2 },
  pixels: Uint8Array.from({ length: 12 }, (_, i) => 20 * (i >> 1)),
  labels: Uint8Array.of(0, 1, 0, 1, 0, 1),
  classNames: ['cat', 'dog'],
};
const spec = (classes: ModelSpec['classes']): ModelSpec => ({
  name: 'model',
  image: set.shape,
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }, { prediction_type: 'epsilon' }),
  classes,
});
const same = { count: 3, names: ['cat', 'dog'], nullClass: 2 };

describe('bitsImages', () => {
  it('returns images with their numbers and classes; a shorter list is the start of a longer list', () => {
    const [few, all] = [bitsImages(set, spec(same), 3), bitsImages(set, spec(same), 100)];
    expect([few.count, all.count, few.classes]).toEqual([3, 6, 'given']);
    const { x0, numbers, condition } = all.take(0, 6);
    expect([...numbers].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    numbers.forEach((number, k) => {
      expect(condition?.[k]).toBe(number % 2);
      // float32 rounds values below 1 by at most 2⁻²⁵.
      expect(x0[2 * k]).toBeCloseTo((20 * number) / 127.5 - 1, 6);
    });
    expect(few.take(0, 3)).toEqual(all.take(0, 3));
  });

  it('uses the null class if the classes differ, and fails if the model has no null class', () => {
    const other = bitsImages(set, spec({ count: 3, names: ['a', 'b'], nullClass: 2 }), 2);
    expect([other.classes, [...(other.take(0, 2).condition ?? [])]]).toEqual(['none', [2, 2]]);
    expect(() => bitsImages(set, spec({ count: 2, names: ['a', 'b'], nullClass: null }), 2)).toThrow(
      'the classes of set differ from those of model',
    );
    const unconditional = bitsImages(set, spec(null), 2);
    expect([unconditional.classes, unconditional.take(0, 2).condition]).toEqual([null, undefined]);
  });
});
