/**
 * Argument at which the computation changes. Below it, the series of erf converges fast; above it, the continued
 * fraction of erfc converges fast.
 */
const SWITCH = 2;
/** Number of terms of the continued fraction. Its error at SWITCH is below 1e-20. */
const FRACTION_TERMS = 100;

/** Returns P(Z ≥ z) of a standard normal Z, to about 13 digits. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const x = z / Math.SQRT2;
  return x < SWITCH ? (1 - erfSeries(x)) / 2 : (Math.exp(-x * x) / SQRT_PI) * (fraction(x) / 2);
}

/** Returns log P(Z ≥ z) of a standard normal Z. The result is finite even where P itself is 0 in float64. */
function logNormalTail(z: number): number {
  const x = z / Math.SQRT2;
  return x < SWITCH ? Math.log(normalTail(z)) : -x * x + Math.log(fraction(x) / (2 * SQRT_PI));
}

/**
 * Returns log P(a ≤ Z ≤ b) of a standard normal Z. The result is accurate for narrow intervals and far from 0,
 * because the computation avoids cancellation.
 *
 * @param a lower end; may be −∞
 * @param b upper end, above a; may be ∞
 */
export function logNormalInterval(a: number, b: number): number {
  if (b < 0) return logNormalInterval(-b, -a);
  // 1. If the interval contains 0, add the probabilities on both sides.
  if (a <= 0) return Math.log(centralMass(-a) + centralMass(b));
  // 2. Near 0, subtract values of erf, which is accurate there. 3. Farther from 0, subtract the tails.
  if (b / Math.SQRT2 < SWITCH / 2) return Math.log(centralMass(b) - centralMass(a));
  const tail = logNormalTail(a);
  return b === Number.POSITIVE_INFINITY ? tail : tail + Math.log(-Math.expm1(logNormalTail(b) - tail));
}

/** Returns P(0 ≤ Z ≤ z) for z ≥ 0. */
function centralMass(z: number): number {
  const x = z / Math.SQRT2;
  return x < SWITCH ? erfSeries(x) / 2 : 0.5 - normalTail(z);
}

const SQRT_PI = Math.sqrt(Math.PI);

/** Computes erf(x) = 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)). Source: Abramowitz & Stegun 1964, 7.1.6. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * Number.EPSILON; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / SQRT_PI) * Math.exp(-x * x) * sum;
}

/**
 * Computes √π e^(x²) erfc(x) = 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))). Source: Abramowitz & Stegun 1964,
 * 7.1.14.
 */
function fraction(x: number): number {
  let denominator = x;
  for (let n = FRACTION_TERMS; n >= 1; n--) denominator = x + n / 2 / denominator;
  return 1 / denominator;
}
