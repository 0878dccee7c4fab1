import { describe, expect, it } from 'vitest';
import { fillPhilox, type PhiloxCounter, type PhiloxKey, philox4x32 } from './philox.ts';

// Random123, tests/kat_vectors, the three lines "philox4x32 10" (github.com/DEShawResearch/random123, tag v1.14.0).
const KNOWN_ANSWERS: readonly { counter: PhiloxCounter; key: PhiloxKey; words: number[] }[] = [
  {
    counter: [0, 0, 0, 0],
    key: [0, 0],
    words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
];

/** Computes the paper's ten rounds in BigInt: slow, but independent of the 16-bit split. */
function philoxBig(counter: PhiloxCounter, key: PhiloxKey): number[] {
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * c0;
    const p1 = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & 0xffffffffn, (p0 >> 32n) ^ c3 ^ k1, p0 & 0xffffffffn];
    k0 = (k0 + 0x9e3779b9n) & 0xffffffffn;
    k1 = (k1 + 0xbb67ae85n) & 0xffffffffn;
  }
  return [c0, c1, c2, c3].map(Number);
}

describe('philox4x32', () => {
  it.each(KNOWN_ANSWERS)('gives the Random123 vector for $counter', ({ counter, key, words }) => {
    expect([...philox4x32(counter, key)]).toEqual(words);
  });

  it('equals the same rounds in BigInt on 2000 chained inputs', () => {
    let words = philox4x32([1, 2, 3, 4], [5, 6]);
    for (let i = 0; i < 2000; i++) {
      const counter: PhiloxCounter = [words[0] ?? 0, words[1] ?? 0, words[2] ?? 0, words[3] ?? 0];
      const key: PhiloxKey = [words[3] ?? 0, words[0] ?? 0];
      words = philox4x32(counter, key);
      expect([...words]).toEqual(philoxBig(counter, key));
    }
  });
});

describe('fillPhilox', () => {
  it('fills consecutive blocks, a part of the last block, and nothing outside the range', () => {
    const out = new Uint32Array(12).fill(7);
    fillPhilox(out, 1, 10, [40, 1, 2, 3], [8, 9]);
    const blocks = [40, 41, 42].flatMap((block) => [...philox4x32([block, 1, 2, 3], [8, 9])]);
    expect([...out]).toEqual([7, ...blocks.slice(0, 10), 7]);
  });

  it('wraps the block word at 2^32', () => {
    const out = new Uint32Array(8);
    fillPhilox(out, 0, 8, [0xffffffff, 0, 0, 0], [0, 0]);
    expect([...out.subarray(4)]).toEqual(KNOWN_ANSWERS[0]?.words);
  });
});
