import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { betaQuantile } from './beta-quantile.ts';

const { quantiles } = JSON.parse(
  readFileSync(new URL('../testdata/beta-quantile.json', import.meta.url), 'utf8'),
) as { readonly quantiles: readonly (readonly [p: number, quantile: number])[] };

describe('betaQuantile', () => {
  it.each(quantiles)('returns the quantile of scipy for %d', (p, quantile) => {
    // The tolerance allows the rounding errors of a series and a power; the errors of scipy are of the same size.
    expect(Math.abs(betaQuantile(p) - quantile)).toBeLessThanOrEqual(2e-14 * quantile);
  });

  it('is exact at the ends and in the middle', () => {
    expect([0, 1].map(betaQuantile)).toEqual([0, 1]);
    expect(Math.abs(betaQuantile(0.5) - 0.5)).toBeLessThan(1e-15);
  });
});
