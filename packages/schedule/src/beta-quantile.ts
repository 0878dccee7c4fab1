import { exp, log } from './elementary.ts';

/** Both parameters of the beta distribution of "Beta Sampling is All You Need" (Lee et al. 2024). */
const SHAPE = 0.6;

/** The normalization SHAPE · B(SHAPE, SHAPE). */
const SCALE = SHAPE * 2.4153442080024718;

/**
 * Quantile of the beta distribution with both parameters 0.6: the x with P(X <= x) = p, within 2e-15.
 *
 * @param p in [0, 1]
 */
export function betaQuantile(p: number): number {
  // The distribution is symmetric.
  return p > 0.5 ? 1 - lowerHalf(1 - p) : lowerHalf(p);
}

/**
 * With y = x^a the probability is y / (a B) · Σ (1-a)_n x^n a / (n! (a+n)), a convex function of y with derivative
 * (1-x)^(a-1) / (a B). So Newton's method converges from above.
 */
function lowerHalf(p: number): number {
  if (p === 0) return 0;
  let y = Math.min(p * SCALE, exp(SHAPE * log(0.5)));
  for (let i = 0; i < 8; i++) {
    const x = exp(log(y) / SHAPE);
    y -= (y * ratioAt(x) - p * SCALE) * exp((1 - SHAPE) * log(1 - x));
  }
  return exp(log(y) / SHAPE);
}

/** The sum above, for x in [0, 1/2]. */
function ratioAt(x: number): number {
  let sum = 0;
  let term = 1;
  // 2^-60 < 1e-18.
  for (let n = 0; n < 60; n++) {
    sum += (term * SHAPE) / (SHAPE + n);
    term *= ((1 - SHAPE + n) / (n + 1)) * x;
  }
  return sum;
}
