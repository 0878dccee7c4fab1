import { describe, expect, it } from 'vitest';
import { FuzzRandom } from '../random.ts';
import { mutatedJson } from './mutate-json.ts';

const value = { a: [1, { b: 'two' }], c: null };

describe('mutatedJson', () => {
  it('returns the same text for the same seed, and valid JSON for most seeds', () => {
    const texts = Array.from({ length: 500 }, (_, seed) => mutatedJson(value, new FuzzRandom(seed)));
    expect(texts).toEqual(Array.from({ length: 500 }, (_, seed) => mutatedJson(value, new FuzzRandom(seed))));
    const read = texts.filter((text) => {
      try {
        return text.length > 10_000 || JSON.parse(text) !== undefined;
      } catch {
        return false;
      }
    });
    expect(read.length).toBeGreaterThan(450);
    expect(new Set(texts).size).toBeGreaterThan(100);
  });

  it('removes, renames, duplicates and nests values', () => {
    const texts = Array.from({ length: 2000 }, (_, seed) => mutatedJson(value, new FuzzRandom(seed)));
    for (const text of [
      '{"a":[1,{"b":"two"}]}',
      '{"a":[1,{"bx":"two"}],"c":null}',
      '{"a":[1,{"b":["two"]}],"c":null}',
    ])
      expect(texts).toContain(text);
    expect(texts.some((text) => text.startsWith('{"a":[1,{"b":"two"}],"c":null,"c":'))).toBe(true);
  });
});
