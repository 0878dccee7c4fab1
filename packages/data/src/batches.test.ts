import { describe, expect, it } from 'vitest';
import { createBatches } from './batches.ts';
import type { Dataset } from './dataset.ts';

/**
 * Creates a set in which image i has the pixels 10i, 10i + 1, … and class i mod 2. Every value identifies its origin.
 */
function numbered(count: number, channels = 1): Dataset {
  const values = channels * 2 * 3;
  return {
    name: 'numbered',
    count,
    shape: { channels, height: 2, width: 3 },
    pixels: Uint8Array.from({ length: count * values }, (_, i) => 10 * Math.floor(i / values) + (i % values)),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 2),
    classNames: ['even', 'odd'],
  };
}

/** Converts [−1, 1] back to bytes. */
const bytes = (images: Float32Array): number[] => Array.from(images, (x) => Math.round((x + 1) * 127.5));

/** Returns the indices of the first steps as one list. */
function drawn(batchSize: number, seed: number | bigint, steps: number, count = 7): number[] {
  const batches = createBatches(numbered(count), { batchSize, seed });
  return Array.from({ length: steps }, (_, step) => Array.from(batches.batch(step).indices)).flat();
}

describe('createBatches', () => {
  it('draws each image once per epoch, in a new order each epoch', () => {
    const order = drawn(3, 1, 7); // 21 images: three epochs of 7
    const epochs = [order.slice(0, 7), order.slice(7, 14), order.slice(14)];
    for (const epoch of epochs) expect(epoch.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(new Set(epochs.map(String)).size).toBe(3);
  });

  it('draws the same images for every batch size', () => {
    expect(drawn(4, 5, 7)).toEqual(drawn(1, 5, 28));
    expect(drawn(14, 5, 2)).toEqual(drawn(1, 5, 28));
  });

  it('returns the batch of any step without earlier steps', () => {
    const dataset = numbered(7);
    const options = { batchSize: 3, seed: 9, flip: true };
    const inOrder = createBatches(dataset, options);
    const all = Array.from({ length: 20 }, (_, step) => inOrder.batch(step));
    expect(createBatches(dataset, options).batch(19)).toEqual(all[19]);
    for (const step of [11, 2, 17, 2]) expect(inOrder.batch(step)).toEqual(all[step]);
  });

  it('depends on all 64 bits of the seed', () => {
    expect(drawn(7, 1, 1, 25)).not.toEqual(drawn(7, 2, 1, 25));
    expect(drawn(7, 1n, 1, 25)).toEqual(drawn(7, 1, 1, 25));
    expect(drawn(7, 1n + (1n << 40n), 1, 25)).not.toEqual(drawn(7, 1, 1, 25));
  });

  it('returns the pixels and labels of its indices', () => {
    const { images, labels, indices } = createBatches(numbered(7, 3), { batchSize: 5, seed: 3 }).batch(2);
    const expected = Array.from(indices, (i) =>
      Array.from({ length: 18 }, (_, k) => (10 * i + k) % 256),
    ).flat();
    expect(bytes(images)).toEqual(expected);
    expect(Array.from(labels ?? [])).toEqual(Array.from(indices, (i) => i % 2));
  });

  it('omits labels if the set has none', () => {
    const { labels: _, classNames: __, ...plain } = numbered(3);
    expect(Object.keys(createBatches(plain, { batchSize: 2, seed: 0 }).batch(0))).toEqual([
      'images',
      'indices',
    ]);
  });

  it('mirrors about half of the images, depending on image and epoch', () => {
    const dataset = numbered(20, 3);
    const options = { batchSize: 20, seed: 4, flip: true };
    const small = createBatches(dataset, { ...options, batchSize: 1 });
    let mirrored = 0;
    for (let step = 0; step < 50; step++) {
      const { images, indices } = createBatches(dataset, options).batch(step);
      for (const [b, i] of indices.entries()) {
        const got = bytes(images.subarray(18 * b, 18 * b + 18));
        const straight = Array.from({ length: 18 }, (_, k) => 10 * i + k);
        const turned = [2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9, 14, 13, 12, 17, 16, 15].map((k) => 10 * i + k);
        const isTurned = got[0] === turned[0];
        expect(got).toEqual(isTurned ? turned : straight);
        if (isTurned) mirrored++;
        if (step === 7) expect(bytes(small.batch(20 * step + b).images)).toEqual(got);
      }
    }
    // The number of heads of 1000 fair coins has mean 500 and standard deviation 15.8. The tolerance is four of
    // these.
    expect(Math.abs(mirrored - 500)).toBeLessThan(64);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a batch size of %s', (batchSize) => {
    expect(() => createBatches(numbered(3), { batchSize, seed: 0 })).toThrow(
      expect.objectContaining({ code: 'DATA_ARGUMENT' }),
    );
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses step %s', (step) => {
    const batches = createBatches(numbered(3), { batchSize: 2, seed: 0 });
    expect(() => batches.batch(step)).toThrow(expect.objectContaining({ code: 'DATA_ARGUMENT' }));
  });

  it('refuses an invalid seed before the first batch', () => {
    expect(() => createBatches(numbered(3), { batchSize: 2, seed: -1 })).toThrow(/seed/);
  });
});
