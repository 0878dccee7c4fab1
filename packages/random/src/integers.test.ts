import { describe, expect, it } from 'vitest';
import { permutation, uniformIntegers } from './integers.ts';
import type { NoiseStream } from './noise-stream.ts';

const stream: NoiseStream = { seed: 11, image: 0, step: 4, purpose: 'timesteps' };

/** Pearson's χ² for equal expected counts. */
function chiSquared(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
}

describe('uniformIntegers', () => {
  it('is uniform over 1000 timesteps', () => {
    const counts = new Array<number>(1000).fill(0);
    for (const t of uniformIntegers(500_000, 1000, stream)) counts[t] = (counts[t] ?? 0) + 1;
    // χ² with 999 degrees of freedom: mean 999, deviation sqrt(2 · 999) = 44.7; bounds at four deviations.
    expect(chiSquared(counts)).toBeGreaterThan(999 - 4 * 44.7);
    expect(chiSquared(counts)).toBeLessThan(999 + 4 * 44.7);
  });

  it('does not favour small integers, unlike plain remainders', () => {
    // With max = 3·2^30, plain remainders are twice as often in the lowest third of the range as in each other third.
    const max = 3 * 2 ** 30;
    const counts = [0, 0, 0];
    for (const k of uniformIntegers(300_000, max, stream)) {
      const third = Math.floor(k / 2 ** 30);
      counts[third] = (counts[third] ?? 0) + 1;
    }
    expect(chiSquared(counts)).toBeLessThan(13.8); // P = 0.001 at 2 degrees of freedom
  });

  it('covers both ends of the range', () => {
    expect([...uniformIntegers(5, 1, stream)]).toEqual([0, 0, 0, 0, 0]);
    expect(uniformIntegers(4, 2 ** 32, stream)).toHaveLength(4);
    expect(uniformIntegers(0, 7, stream)).toHaveLength(0);
  });

  it('returns the first integers of a longer list for a smaller n', () => {
    const long = uniformIntegers(3000, 1000, stream);
    for (const n of [1, 5, 1024, 1025]) expect(uniformIntegers(n, 1000, stream)).toEqual(long.slice(0, n));
  });

  it('refuses invalid ranges', () => {
    const refused = expect.objectContaining({ code: 'RANDOM_RANGE' });
    for (const max of [0, -1, 1.5, 2 ** 32 + 1])
      expect(() => uniformIntegers(1, max, stream)).toThrow(refused);
    for (const n of [-1, 0.5, Number.NaN]) expect(() => uniformIntegers(n, 2, stream)).toThrow(refused);
  });
});

describe('permutation', () => {
  it('contains each number once, and depends on the epoch', () => {
    const epoch = (step: number): Uint32Array =>
      permutation(60_000, { ...stream, step, purpose: 'dataOrder' });
    const order = epoch(0);
    expect(order.slice().sort()).toEqual(Uint32Array.from({ length: 60_000 }, (_, i) => i));
    expect(epoch(1)).not.toEqual(order);
    expect(epoch(0)).toEqual(order);
  });

  it('returns each of the 24 orders of four equally often', () => {
    const counts = new Map<string, number>();
    for (let step = 0; step < 24_000; step++) {
      const order = permutation(4, { ...stream, step }).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquared([...counts.values()])).toBeLessThan(49.7); // P = 0.001 at 23 degrees of freedom
  });

  it('accepts zero elements and one element', () => {
    expect([...permutation(0, stream)]).toEqual([]);
    expect([...permutation(1, stream)]).toEqual([0]);
  });
});
