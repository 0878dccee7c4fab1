import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { naturalLog } from './log.ts';

interface Reference {
  readonly log: readonly [x: number, log: number][];
}
const reference = JSON.parse(
  readFileSync(new URL('../testdata/reference.json', import.meta.url), 'utf8'),
) as Reference;

const view = new DataView(new ArrayBuffer(8));

/** Index of a double in the order of all doubles. */
function position(x: number): bigint {
  view.setFloat64(0, x);
  const bits = view.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}

/** Number of steps between neighbouring doubles from a to b; +0 and -0 are the same double. */
function ulpsApart(a: number, b: number): number {
  const apart = position(a) - position(b);
  return Number(apart < 0n ? -apart : apart);
}

describe('naturalLog', () => {
  it('is within 1 ulp of 40-digit logarithms, from the smallest subnormal to the largest double', () => {
    expect(reference.log.length).toBeGreaterThan(400);
    for (const [x, log] of reference.log) {
      // fdlibm's bound for this method is below 1 ulp; the reference itself is the nearest double.
      expect({ x, ulps: ulpsApart(naturalLog(x), log) }).toEqual({ x, ulps: expect.toBeOneOf([0, 1]) });
    }
  });

  it('is exact at 1 and follows IEEE 754 at 0, ∞ and NaN', () => {
    expect(naturalLog(1)).toBe(0);
    expect(naturalLog(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(naturalLog(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(naturalLog(-1)).toBeNaN();
    expect(naturalLog(Number.NaN)).toBeNaN();
  });

  it('returns k log 2 for every power of two', () => {
    for (let k = -1074; k <= 1023; k++) {
      expect(ulpsApart(naturalLog(2 ** k), k * Math.LN2)).toBeLessThanOrEqual(1); // k·LN2 is rounded once
    }
  });
});
