import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { evaluateError } from './errors.ts';
import type { Moments } from './moments.ts';

/**
 * The squared Fréchet distance between two Gaussians with these moments; FID if the features are those of a
 * classifier.
 *
 * d² = |μ₁ − μ₂|² + tr S₁ + tr S₂ − 2 tr √(S₁ S₂)
 *
 * S₁ S₂ has the same eigenvalues as √S₁ S₂ √S₁, which is symmetric, so symmetric decompositions suffice and no
 * imaginary parts arise. With S₁ = Q Λ Qᵀ, these are also the eigenvalues of (√Λ Qᵀ) S₂ (√Λ Qᵀ)ᵀ.
 *
 * @returns a number ≥ 0, except for rounding errors. For singular covariances, the errors are about 1e-7 of
 *   tr S₁: zero eigenvalues have errors of 1e-15, and the result contains their square roots
 * @throws `EVALUATE_SHAPE` the moments have different widths
 *
 * Sources: Dowson & Landau 1982; Heusel et al. 2017, arXiv 1706.08500, eq. (6).
 */
export function frechetDistance(a: Moments, b: Moments): number {
  const width = a.mean.length;
  if (b.mean.length !== width) {
    throw evaluateError(
      'EVALUATE_SHAPE',
      `Fréchet distance: the moments are of ${width} and ${b.mean.length} features; expected the same number. ` +
        'Use one network for both.',
    );
  }
  let distance = 0;
  for (let k = 0; k < width; k++) {
    distance += ((a.mean[k] as number) - (b.mean[k] as number)) ** 2;
    distance += (a.covariance[k * (width + 1)] as number) + (b.covariance[k * (width + 1)] as number);
  }
  return distance - 2 * traceOfRoot(squareOf(a), squareOf(b));
}

function squareOf({ mean, covariance }: Moments): Matrix {
  return Matrix.from1DArray(mean.length, mean.length, covariance);
}

/** tr √(S₁ S₂) for symmetric positive semidefinite matrices. */
function traceOfRoot(first: Matrix, second: Matrix): number {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(first, {
    assumeSymmetric: true,
  });
  const half = eigenvectorMatrix.transpose(); // √Λ Qᵀ
  for (const [k, value] of realEigenvalues.entries()) half.mulRow(k, root(value));
  const product = half.mmul(second).mmul(half.transpose());
  // The product is symmetric up to rounding; the decomposition needs exact symmetry.
  const symmetric = Matrix.add(product, product.transpose()).mul(0.5);
  return new EigenvalueDecomposition(symmetric, { assumeSymmetric: true }).realEigenvalues.reduce(
    (sum, value) => sum + root(value),
    0,
  );
}

/** Root of an eigenvalue; rounding can make those of a singular matrix slightly negative. */
function root(value: number): number {
  return Math.sqrt(Math.max(value, 0));
}
