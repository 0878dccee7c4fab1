import { describe, expect, it } from 'vitest';
import { FuzzRandom } from '../random.ts';
import { mutated } from './mutate.ts';

describe('mutated', () => {
  it('returns the same bytes for the same seed, changes them for most seeds, and does not modify its argument', () => {
    const original = Buffer.from(Uint8Array.from({ length: 200 }, (_, i) => i));
    const before = new Uint8Array(original);
    const all = Array.from({ length: 1000 }, (_, seed) => mutated(original, new FuzzRandom(seed)));
    expect(sameBytes(original, before)).toBe(true);
    expect(sameBytes(all[7] ?? before, mutated(original, new FuzzRandom(7)))).toBe(true);
    const unchanged = all.filter((bytes) => sameBytes(bytes, before)).length;
    expect(unchanged).toBeGreaterThan(5);
    expect(unchanged).toBeLessThan(60);
    expect(new Set(all.map(({ length }) => length)).size).toBeGreaterThan(50);
  });

  it('accepts an empty file', () => {
    for (let seed = 0; seed < 100; seed++)
      expect(mutated(new Uint8Array(), new FuzzRandom(seed))).toBeInstanceOf(Uint8Array);
  });
});

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
