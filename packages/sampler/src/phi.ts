import { exp } from '@isonoise/schedule';

/** Number of terms of the series: 1 / 20! < 1e-18. */
const TERMS = 21;

/** Largest k for which the series is tabulated; enough for fifth-order steps. */
const LARGEST = 5;

/** 1 / n!. */
const INVERSE_FACTORIALS: readonly number[] = Array.from(
  { length: TERMS + LARGEST },
  (_, n) => 1 / factorial(n),
);

/**
 * Computes the functions of exponential integrators: φ_0(z) = e^z, φ_k(z) = (φ_{k-1}(z) - 1/(k-1)!) / z, so φ_k(0) =
 * 1/k!.
 *
 * Near 0, the recurrence loses digits, so the series Σ zⁿ / (n + k)! is summed there.
 *
 * @param k at most 5
 */
export function phi(k: number, z: number): number {
  if (Math.abs(z) < 1) {
    let sum = 0;
    for (let n = TERMS - 1; n >= 0; n--) sum = sum * z + (INVERSE_FACTORIALS[n + k] as number);
    return sum;
  }
  let value = exp(z);
  for (let j = 1; j <= k; j++) value = (value - (INVERSE_FACTORIALS[j - 1] as number)) / z;
  return value;
}

function factorial(n: number): number {
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}
