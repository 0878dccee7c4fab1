import { IsonoiseError } from '@isonoise/error';
import { describe, expect, it } from 'vitest';

import { parseSeed, seedKey } from './seed.ts';

describe('parseSeed', () => {
  it.each([
    [0, 0n],
    [7, 7n],
    [Number.MAX_SAFE_INTEGER, 9007199254740991n],
    [18446744073709551615n, 18446744073709551615n],
    ['0', 0n],
    ['007', 7n],
    ['18446744073709551615', 18446744073709551615n],
  ])('reads %o', (value, seed) => expect(parseSeed(value)).toBe(seed));

  it.each<unknown>([
    -1,
    1.5,
    2 ** 53,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1n,
    18446744073709551616n,
    '',
    '-1',
    ' 1',
    '1e3',
    '0x10',
    '18446744073709551616',
    null,
    undefined,
    true,
    {},
    // JSON can represent this object, but String() throws for it.
    { toString: 1, valueOf: 1 },
  ])('refuses %o', (value) => {
    expect(() => parseSeed(value)).toThrow(IsonoiseError);
    expect(() => parseSeed(value)).toThrow(expect.objectContaining({ code: 'RANDOM_SEED' }));
  });
});

describe('seedKey', () => {
  it('splits numbers and bigints into low and high words', () => {
    expect(seedKey(0x1234_9abcdef0)).toEqual([0x9abcdef0, 0x1234]);
    expect(seedKey(0x12349abcdef0n)).toEqual([0x9abcdef0, 0x1234]);
    expect(seedKey(Number.MAX_SAFE_INTEGER)).toEqual([0xffffffff, 0x1fffff]);
    expect(seedKey(18446744073709551615n)).toEqual([0xffffffff, 0xffffffff]);
  });
});
