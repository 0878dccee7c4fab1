import type { Level } from '@isonoise/schedule';

/**
 * Noise levels at which guidance applies: low < σ/α ≤ high, as (σ_lo, σ_hi] of Kynkäänniemi et al. 2024, whose σ is that
 * of Karras et al. 2022: x = x_0 + σ ε. With our x = α x_0 + σ ε, their σ is σ/α. An interval means the same noise
 * levels for every number of steps, spacing, sampler and schedule. null means no limit.
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
