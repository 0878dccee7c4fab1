import type { Level } from '@isonoise/schedule';

/**
 * Noise levels at which guidance applies: low < σ/α ≤ high. null means no limit. An interval means the same noise levels
 * for every number of steps, spacing, sampler and schedule. It is (σ_lo, σ_hi] of Kynkäänniemi et al. 2024. Their images
 * are x_0 + σ ε and ours are α x_0 + σ ε, so their σ is our σ/α.
 */
export type GuidanceInterval = readonly [low: number | null, high: number | null];

/** Description of an interval in error messages. */
export const INTERVAL_EXPECTED: string =
  '[low, high] with 0 <= low < high, in σ/α of the noise; null for no limit';

/** Whether a value is a {@link GuidanceInterval}. */
export function isGuidanceInterval(value: unknown): value is GuidanceInterval {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [low, high]: unknown[] = value;
  if (!isLimit(low) || !isLimit(high)) return false;
  return low === null || high === null || low < high;
}

const isLimit = (value: unknown): value is number | null =>
  value === null ||
  (typeof value === 'number' && Number.isFinite(value) && value >= 0 && !Object.is(value, -0));

/** Whether guidance applies at a level. Without an interval it always does. */
export function isInInterval(
  interval: GuidanceInterval | null,
  { alpha, sigma }: Pick<Level, 'alpha' | 'sigma'>,
): boolean {
  if (interval === null) return true;
  const [low, high] = interval;
  const noise = sigma / alpha;
  return (low === null || noise > low) && (high === null || noise <= high);
}
