// Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models" (2022), Algorithm 2: before the
// network call of a step, noise raises the images to a noisier level, s → (1 + γ) s with s = σ/α.
import { type Level, levelAt, levelAtLambda, log } from '@isonoise/schedule';
import type { Grid } from './define-sampler.ts';
import type { Row } from './row.ts';
import type { SettingValues } from './settings.ts';
import { renoise, X } from './terms.ts';

type Churn = Pick<SettingValues, 'sChurn' | 'sTMin' | 'sTMax' | 'sNoise'>;

/** Default settings: no churn. If only sChurn is set, it applies at every level. */
export const NO_CHURN: Churn = Object.freeze({ sChurn: 0, sTMin: 0, sTMax: null, sNoise: 1 });

/** The start of a step after churn. */
export interface Churned {
  readonly level: Level;
  /** The row that adds the noise, if any. */
  readonly rows: readonly Row[];
}

/**
 * Multiplies σ/α of a level by 1 + γ, with γ = min(S_churn / N, √2 - 1). The result is at most σ/α of the last level of
 * the schedule.
 */
export function churn(
  { schedule, levels, steps = levels.length - 1 }: Grid,
  at: Level,
  { sChurn, sTMin, sTMax, sNoise }: Churn,
): Churned {
  const s = at.sigma / at.alpha;
  const gamma = s < sTMin || (sTMax !== null && s > sTMax) ? 0 : Math.min(sChurn / steps, Math.SQRT2 - 1);
  const noisiest = levelAt(schedule, schedule.numTrainTimesteps - 1);
  const lambda = Math.max(at.lambda - log(1 + gamma), noisiest.lambda);
  if (gamma === 0 || lambda >= at.lambda) return { level: at, rows: [] };
  const level = levelAtLambda(schedule, lambda);
  return { level, rows: [{ at: null, next: renoise(at, level, X, sNoise), endsStep: false }] };
}
