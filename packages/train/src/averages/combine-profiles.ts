import { trainError } from '../errors.ts';
import { type Profile, profileProduct } from './power-function.ts';
import { solvePositive } from './solve-positive.ts';

/** A weighted sum of stored averages that approximates an average of a different length. */
export interface Combination {
  /** Weight of each stored average. */
  readonly weights: Float64Array;
  /**
   * Distance between the profile of the sum and the requested profile, divided by the norm of the requested profile.
   * The error is 0 if both profiles are equal.
   */
  readonly error: number;
}

/**
 * Finds the weighted sum of stored profiles with the smallest squared error from the requested profile. The weights x
 * are the solution of A x = b with A_ij = ⟨p_i, p_j⟩ and b_i = ⟨p_i, p⟩. All numbers are float64.
 *
 * If a stored average has the requested profile, the result is exactly that average.
 *
 * @param stored one or more profiles; no two have the same step and exponent
 * @throws `TRAIN_SHAPE` if the profiles of `stored` are too similar for float64
 *
 * Source: Karras et al. 2024, section 3.2 and appendix C.2
 */
export function combineProfiles(stored: readonly Profile[], requested: Profile): Combination {
  const n = stored.length;
  const same = stored.findIndex(
    ({ step, exponent }) => step === requested.step && exponent === requested.exponent,
  );
  if (same !== -1)
    return { weights: Float64Array.from({ length: n }, (_, i) => Number(i === same)), error: 0 };
  const products = new Float64Array(n * n);
  for (const [i, a] of stored.entries())
    for (const [j, b] of stored.entries()) products[i * n + j] = profileProduct(a, b);
  const targets = Float64Array.from(stored, (each) => profileProduct(each, requested));
  // Scale the profiles to norm 1, which makes the matrix well-conditioned.
  const norms = Float64Array.from(stored, (each) => Math.sqrt(profileProduct(each, each)));
  const norm = (i: number): number => norms[i] as number;
  const solved = solvePositive(
    products.map((value, at) => value / norm(Math.floor(at / n)) / norm(at % n)),
    targets.map((value, i) => value / norm(i)),
  );
  if (solved === null)
    throw trainError(
      'TRAIN_SHAPE',
      `averages: two of the ${n} stored averages have profiles that are equal in float64; expected different ones. ` +
        'Omit one of them.',
    );
  const weights = solved.map((value, i) => value / norm(i));
  return { weights, error: errorOf(products, targets, weights, profileProduct(requested, requested)) };
}

/** Returns ‖p − Σ x_i p_i‖ / ‖p‖, computed from ‖p‖² − 2 bᵀx + xᵀA x. */
function errorOf(
  products: Float64Array,
  targets: Float64Array,
  weights: Float64Array,
  square: number,
): number {
  const n = weights.length;
  let sum = square;
  for (const [i, x] of weights.entries()) {
    sum -= 2 * x * (targets[i] as number);
    for (const [j, y] of weights.entries()) sum += x * y * (products[i * n + j] as number);
  }
  return Math.sqrt(Math.max(0, sum / square));
}
