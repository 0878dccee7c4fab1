/** The series of erf converges fast below this value, and the continued fraction of erfc above it. */
const SWITCH = 2;
/** Terms of the continued fraction; its error at SWITCH is below 1e-20. */
const FRACTION_TERMS = 100;

/** P(Z ≥ z) of a standard normal Z, to about 13 digits. */
export function normalTail(z: number): number {
  return erfc(z / Math.SQRT2) / 2;
}

/** 1 − erf(x). Source: Abramowitz & Stegun 1964, 7.1.6 and 7.1.14. */
function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  const scale = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < SWITCH) {
    // erf(x) = 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1))
    let term = x;
    let sum = x;
    for (let n = 1; term > sum * Number.EPSILON; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - 2 * scale * sum;
  }
  // erfc(x) = 1/√π e^(−x²) · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …))))
  let fraction = x;
  for (let n = FRACTION_TERMS; n >= 1; n--) fraction = x + n / 2 / fraction;
  return scale / fraction;
}
