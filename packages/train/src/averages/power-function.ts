/**
 * A power-function average of the weights at a step t (Karras et al. 2024, section 3.1):
 *
 * θ̂(t) = ∫₀ᵗ τ^γ θ(τ) dτ / ∫₀ᵗ τ^γ dτ,
 *
 * where θ(τ) is constant during a step: θ(τ) = θ_n for n − 1 < τ ≤ n. The profile of an average is the weight of θ(τ)
 * as a function of τ: (γ + 1) τ^γ / t^(γ+1).
 *
 * The length of an average is σ_rel, the standard deviation of its profile divided by t.
 */
export interface Profile {
  /** Number of steps, t; above 0. */
  readonly step: number;
  /** Exponent γ, at least 0. */
  readonly exponent: number;
}

/**
 * Range of lengths that can be requested. A shorter profile would be narrower than a step in runs of up to 1000
 * steps. An average with equal weights (γ = 0) has the length 1/√12 = 0.2887. A longer average would weight early
 * steps more than late ones.
 */
export const LENGTH_RANGE = { least: 0.001, most: 0.288 } as const;

/** Returns whether a value is in {@link LENGTH_RANGE}. */
export const isAverageLength = (value: unknown): value is number =>
  typeof value === 'number' && value >= LENGTH_RANGE.least && value <= LENGTH_RANGE.most;

/** Returns σ_rel = √(γ + 1) / ((γ + 2) √(γ + 3)), eq. (122) of Karras et al. 2024. */
export function lengthOf(exponent: number): number {
  return Math.sqrt(exponent + 1) / ((exponent + 2) * Math.sqrt(exponent + 3));
}

/**
 * Returns γ of a length, the nonnegative root of (γ + 2)² (γ + 3) σ_rel² = γ + 1.
 *
 * @param length σ_rel, above 0 and at most 1/√12
 */
export function exponentOf(length: number): number {
  // lengthOf decreases from 1/√12 at γ = 0, and is below 1/γ.
  let [low, high] = [0, 1 / length];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (lengthOf(middle) > length) low = middle;
    else high = middle;
  }
}

/**
 * Returns β = (1 − 1/n)^(γ+1) for the update θ̂ ← β θ̂ + (1 − β) θ of a step; eq. (126) of Karras et al. 2024. At
 * step 1, β is 0, so the initial weights have no influence.
 *
 * @param step n, from 1
 */
export function powerDecayAt(exponent: number, step: number): number {
  return (1 - 1 / step) ** (exponent + 1);
}

/**
 * Returns the inner product of two profiles, ∫ p_a(τ) p_b(τ) dτ over all τ where both are above 0.
 *
 * It is (γ_a + 1)(γ_b + 1) / (γ_a + γ_b + 1) · (t / T)^γ_T / T, where t is the smaller step, T the larger step, and
 * γ_T the exponent of the profile with step T. Source: Karras et al. 2024, appendix C.2.
 */
export function profileProduct(a: Profile, b: Profile): number {
  const [early, late] = a.step <= b.step ? [a, b] : [b, a];
  return (
    (((a.exponent + 1) * (b.exponent + 1)) / (a.exponent + b.exponent + 1) / late.step) *
    (early.step / late.step) ** late.exponent
  );
}
