/**
 * Solves A x = b for a symmetric positive definite matrix by A = L Lᵀ (Cholesky).
 *
 * @param matrix A, `[n, n]`, row-major
 * @param right b, `[n]`
 * @returns x, `[n]`; null if A is not positive definite in float64
 */
export function solvePositive(matrix: Float64Array, right: Float64Array): Float64Array | null {
  const n = right.length;
  const at = (values: Float64Array, i: number): number => values[i] as number;
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = at(matrix, i * n + j);
      for (let k = 0; k < j; k++) sum -= at(lower, i * n + k) * at(lower, j * n + k);
      if (i === j && !(sum > 0)) return null;
      lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / at(lower, j * n + j);
    }
  }
  const x = Float64Array.from(right);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] = at(x, i) - at(lower, i * n + k) * at(x, k);
    x[i] = at(x, i) / at(lower, i * n + i);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] = at(x, i) - at(lower, k * n + i) * at(x, k);
    x[i] = at(x, i) / at(lower, i * n + i);
  }
  return x;
}
