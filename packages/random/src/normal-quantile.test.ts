import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normalQuantile } from './normal-quantile.ts';

interface Reference {
  readonly quantile: readonly [q: number, exact: number, scipy: number][];
}
const reference = JSON.parse(
  readFileSync(new URL('../testdata/reference.json', import.meta.url), 'utf8'),
) as Reference;

describe('normalQuantile', () => {
  it('agrees with 40-digit quantiles and with scipy', () => {
    expect(reference.quantile.length).toBeGreaterThan(300);
    for (const [q, exact, scipy] of reference.quantile) {
      const got = normalQuantile(q);
      // Wichura states an error of about 1 part in 10^16; rounding sixteen operations adds a few times 1.1e-16.
      expect(Math.abs(got - exact)).toBeLessThanOrEqual(1e-15 * Math.abs(exact));
      // scipy's argument is p = 1/2 + q, exact for these q; its own error is of the same order.
      expect(Math.abs(got - scipy)).toBeLessThanOrEqual(3e-15 * Math.abs(exact));
    }
  });

  it('is odd, bit for bit', () => {
    for (const [q] of reference.quantile) expect(normalQuantile(-q)).toBe(-normalQuantile(q));
  });

  it('increases across the borders of its three ranges', () => {
    const seams = [0.425, 0.5 - Math.exp(-25)];
    for (const seam of seams) {
      let last = Number.NEGATIVE_INFINITY;
      for (let i = -1000; i <= 1000; i++) {
        const z = normalQuantile(seam + i * 2 ** -52 * 8);
        // Neighbouring values differ by less than their rounding error, so this error is allowed.
        expect(z).toBeGreaterThanOrEqual(last - 4e-15 * Math.abs(z));
        last = z;
      }
    }
  });

  it('is infinite at the ends', () => {
    expect(normalQuantile(0.5)).toBe(Number.POSITIVE_INFINITY);
    expect(normalQuantile(-0.5)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(0.6)).toBeNaN();
  });
});
