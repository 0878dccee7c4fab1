import { exp } from '@isonoise/schedule';

/**
 * The functions of exponential integrators: φ_0(z) = e^z, φ_k(z) = (φ_{k-1}(z) - 1/(k-1)!) / z, so φ_k(0) = 1/k!.
 *
 * Near 0 the recurrence cancels, so the series Σ zⁿ / (n + k)! is summed there.
 */
export function phi(k: number, z: number): number {
  if (Math.abs(z) < 1) {
    let sum = 0;
    // 1 / 20! < 1e-18.
    for (let n = 20; n >= 0; n--) sum = sum * z + 1 / factorial(n + k);
    return sum;
  }
  let value = exp(z);
  for (let j = 1; j <= k; j++) value = (value - 1 / factorial(j - 1)) / z;
  return value;
}

function factorial(n: number): number {
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}
