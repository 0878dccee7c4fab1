import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cosQuarterTurns, exp, log, quarterTurnsOf, sinQuarterTurns } from './elementary.ts';

interface Reference {
  readonly functions: readonly [x: number, exp: number, logOfAbs: number, cosOfAbsOver7: number][];
}
const { functions } = JSON.parse(
  readFileSync(new URL('../testdata/reference.json', import.meta.url), 'utf8'),
) as Reference;

// The tolerance allows two to three roundings of 1.1e-16 each, plus the rounding of the reference.
const RELATIVE = 4e-16;

describe('the elementary functions', () => {
  it('agree with 50-digit values', () => {
    for (const [x, expX, logX, cosX] of functions) {
      expect(Math.abs(exp(x) / expX - 1)).toBeLessThan(RELATIVE);
      expect(Math.abs(log(Math.abs(x) + 1e-9) / logX - 1)).toBeLessThan(RELATIVE);
      expect(Math.abs(cosQuarterTurns(Math.abs(x) / 7) / cosX - 1)).toBeLessThan(RELATIVE);
    }
  });

  it('agree with this engine over the whole range of schedules', () => {
    for (let i = 0; i <= 2000; i++) {
      const x = -6 + (12 * i) / 2000;
      expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(2 * RELATIVE);
      const u = i / 2001;
      // Math.cos gets a rounded π/2·u. Near u = 1, this rounding alone is an absolute error of 1e-16 in the
      // angle.
      expect(Math.abs(cosQuarterTurns(u) - Math.cos((Math.PI / 2) * u))).toBeLessThan(3e-16);
      const variance = 2 ** (-30 * u) * 0.9;
      expect(Math.abs(log(variance) - Math.log(variance))).toBeLessThan(
        RELATIVE * (1 + Math.abs(log(variance))),
      );
    }
  });

  it('return quickly for every double', () => {
    // Math.log differs from ours by one rounding at most; at the ends the results are exact.
    for (const x of [5e-324, 1e-320, 2 ** -1074, 2 ** -1023, 2 ** -1022, 1e-300, 1e300, Number.MAX_VALUE]) {
      expect(Math.abs(log(x) / Math.log(x) - 1), String(x)).toBeLessThan(RELATIVE);
    }
    for (const x of [0, -0, -1, -Infinity, Infinity, NaN]) expect(log(x), String(x)).toBe(Math.log(x));
    for (const x of [711, 1e300, Infinity, -747, -1e300, -Infinity, NaN]) {
      expect(exp(x), String(x)).toBe(Math.exp(x));
    }
    expect(Math.abs(exp(-745) - Math.exp(-745))).toBeLessThanOrEqual(5e-324);
    expect(exp(709.5)).toBeGreaterThan(1e308);
  });

  it('agree with this engine in quarterTurnsOf and sinQuarterTurns, from tiny to huge ratios', () => {
    for (let i = 1; i <= 2000; i++) {
      const u = i / 2001;
      expect(Math.abs(sinQuarterTurns(u) / Math.sin((Math.PI / 2) * u) - 1)).toBeLessThan(2 * RELATIVE);
      for (const y of [u, u * 1e-9, u * 1e9]) {
        expect(Math.abs(quarterTurnsOf(y, 0.7) / ((2 / Math.PI) * Math.atan2(y, 0.7)) - 1)).toBeLessThan(
          3 * RELATIVE,
        );
      }
    }
    expect([quarterTurnsOf(0, 1), quarterTurnsOf(1, 0)]).toEqual([0, 1]);
    expect(Math.abs(quarterTurnsOf(3, 3) - 0.5)).toBeLessThan(RELATIVE);
  });

  it('are exact at 0 and 1', () => {
    expect([sinQuarterTurns(0), sinQuarterTurns(1)]).toEqual([0, 1]);
    expect(exp(0)).toBe(1);
    expect(log(1)).toBe(0);
    expect(cosQuarterTurns(0)).toBe(1);
    expect(cosQuarterTurns(1)).toBe(0);
  });
});
