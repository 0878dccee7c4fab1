/**
 * Running statistics of the loss, as plain JSON. Each checkpoint contains them, so that a resumed run continues them
 * exactly.
 */
export interface LossStats {
  /** Bias-corrected exponential average of the loss; null before the first step. */
  readonly smoothed: number | null;
  /** Sum of the average's weights so far, 1 − decayⁿ. */
  readonly weight: number;
  /** The saved step with the smallest smoothed loss; null before the first checkpoint. */
  readonly best: { readonly step: number; readonly loss: number } | null;
}

/**
 * Decay of the average, which covers about 100 steps. The loss of a single batch varies strongly with its random
 * timesteps.
 */
const DECAY = 0.99;

export const noLossYet: LossStats = { smoothed: null, weight: 0, best: null };

/** Adds the loss of a step by s ← d·s + (1 − d)·loss. The average is s / (1 − dⁿ) (Kingma & Ba 2015, section 3). */
export function addLoss(stats: LossStats, loss: number): LossStats {
  const weight = DECAY * stats.weight + (1 - DECAY);
  const sum = DECAY * stats.weight * (stats.smoothed ?? 0) + (1 - DECAY) * loss;
  return { ...stats, weight, smoothed: sum / weight };
}

/** Updates `best` at a checkpoint. It becomes this step, unless a saved step has a smaller or equal smoothed loss. */
export function markCheckpoint(stats: LossStats, step: number): LossStats {
  const { smoothed, best } = stats;
  if (smoothed === null || (best !== null && best.loss <= smoothed)) return stats;
  return { ...stats, best: { step, loss: smoothed } };
}
