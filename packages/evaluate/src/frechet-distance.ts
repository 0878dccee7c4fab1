import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { evaluateError } from './errors.ts';
import type { Features } from './features.ts';
import { type Moments, momentsOf } from './moments.ts';

/**
 * Returns the squared Fréchet distance between two Gaussians with the given moments. For features of a classifier,
 * this distance is FID.
 *
 * d² = |μ₁ − μ₂|² + tr S₁ + tr S₂ − 2 tr √(S₁ S₂)
 *
 * @returns a number ≥ 0, up to rounding errors. For singular covariances, the errors are about 1e-7 of tr S₁:
 *   eigenvalues of zero have errors of 1e-15, and the result contains their square roots
 * @throws `EVALUATE_SHAPE` if the moments have different widths
 *
 * Sources: Dowson & Landau 1982; Heusel et al. 2017, arXiv 1706.08500, eq. (6).
 */
export function frechetDistance(a: Moments, b: Moments): number {
  return distanceOf(a, b, productOf(a, b));
}

/** A Fréchet distance between fixed moments and the moments of a sample. */
export interface FrechetEstimate {
  readonly distance: number;
  /** Standard deviation of the distance over samples of this size. */
  readonly deviation: number;
}

/**
 * Returns the Fréchet distance from a set to fixed moments, with its standard deviation by the delta method. The
 * distance is linearized at the moments of the set. It is then a mean of N independent terms, and the standard
 * deviation of this mean is returned.
 *
 * The term of an image with features x is 2 (μ₂ − μ₁)·z + zᵀ (I − T) z, where z = x − μ₂. The matrix T = R (Rᵀ S₂
 * R)^(−1/2) Rᵀ, where S₁ = R Rᵀ, is the optimal transport from the second Gaussian to the first.
 *
 * The standard deviation describes how much the distance varies between sets of N images. It does not include the bias
 * of the distance, which is proportional to 1/N (Chong & Forsyth 2020, arXiv 1911.07023), or the sampling error of the
 * fixed moments. If both distributions are almost equal, the standard deviation is too large by a factor of up to √2,
 * because the distance is then quadratic in the errors of the moments.
 *
 * @param fixed μ₁ and S₁
 * @param sample N rows
 * @throws `EVALUATE_SHAPE` if the widths differ, or there are fewer than two rows
 *
 * Sources: Efron 1982, The Jackknife, the Bootstrap and Other Resampling Plans, chapter 6 (the delta method);
 *   Takatsu 2011, Wasserstein geometry of Gaussian measures (the derivative).
 */
export function frechetEstimate(fixed: Moments, sample: Features): FrechetEstimate {
  const moments = momentsOf(sample);
  const product = productOf(fixed, moments);
  const transport = transportOf(product);
  const { width, count, values } = sample;
  const curvature = Matrix.sub(Matrix.eye(width), transport).to1DArray();
  const terms = new Float64Array(count);
  const z = new Float64Array(width);
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < width; k++) z[k] = (values[n * width + k] as number) - (moments.mean[k] as number);
    let term = 0;
    for (let k = 0; k < width; k++) {
      let row = 2 * ((moments.mean[k] as number) - (fixed.mean[k] as number));
      for (let l = 0; l < width; l++) row += (curvature[k * width + l] as number) * (z[l] as number);
      term += row * (z[k] as number);
    }
    terms[n] = term;
  }
  const mean = terms.reduce((sum, term) => sum + term, 0) / count;
  const variance = terms.reduce((sum, term) => sum + (term - mean) ** 2, 0) / (count - 1);
  return { distance: distanceOf(fixed, moments, product), deviation: Math.sqrt(variance / count) };
}

/**
 * Eigenvalues and eigenvectors of Rᵀ S₂ R, where S₁ = R Rᵀ. This matrix is symmetric and has the eigenvalues of S₁
 * S₂, so a symmetric decomposition is enough.
 */
interface Product {
  /** Rᵀ, `[K, K]`. */
  readonly half: Matrix;
  readonly values: readonly number[];
  readonly vectors: Matrix;
}

function productOf(a: Moments, b: Moments): Product {
  const width = a.mean.length;
  if (b.mean.length !== width) {
    throw evaluateError(
      'EVALUATE_SHAPE',
      `Fréchet distance: the moments have ${width} and ${b.mean.length} features; expected the same number. ` +
        'Use one network for both.',
    );
  }
  const first = decompose(squareOf(a));
  const half = first.vectors.transpose(); // √Λ Qᵀ for S₁ = Q Λ Qᵀ
  for (const [k, value] of first.values.entries()) half.mulRow(k, root(value));
  const product = half.mmul(squareOf(b)).mmul(half.transpose());
  // Rounding makes the product slightly asymmetric, but the decomposition needs exact symmetry.
  return { half, ...decompose(Matrix.add(product, product.transpose()).mul(0.5)) };
}

function decompose(symmetric: Matrix): Pick<Product, 'values' | 'vectors'> {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric, {
    assumeSymmetric: true,
  });
  return { values: realEigenvalues, vectors: eigenvectorMatrix };
}

function distanceOf(a: Moments, b: Moments, { values }: Product): number {
  const width = a.mean.length;
  let distance = 0;
  for (let k = 0; k < width; k++) {
    distance += ((a.mean[k] as number) - (b.mean[k] as number)) ** 2;
    distance += (a.covariance[k * (width + 1)] as number) + (b.covariance[k * (width + 1)] as number);
  }
  return distance - 2 * values.reduce((sum, value) => sum + root(value), 0);
}

/** Eigenvalues below this share of the largest eigenvalue count as zero. */
const RELATIVE_ZERO = 1e-12;

/** Returns R (Rᵀ S₂ R)^(−1/2) Rᵀ, without the directions that have no variance. */
function transportOf({ half, values, vectors }: Product): Matrix {
  const smallest = RELATIVE_ZERO * Math.max(...values);
  const turned = vectors.transpose().mmul(half); // Uᵀ Rᵀ
  const scaled = turned.clone();
  for (const [k, value] of values.entries()) scaled.mulRow(k, value > smallest ? 1 / Math.sqrt(value) : 0);
  return turned.transpose().mmul(scaled);
}

function squareOf({ mean, covariance }: Moments): Matrix {
  return Matrix.from1DArray(mean.length, mean.length, covariance);
}

/**
 * Returns the root of an eigenvalue. Rounding can make eigenvalues of a singular matrix slightly negative.
 */
function root(value: number): number {
  return Math.sqrt(Math.max(value, 0));
}
