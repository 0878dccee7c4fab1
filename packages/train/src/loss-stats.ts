/** Running figures of the loss; plain JSON, part of each checkpoint, so that they go on exactly where they stopped. */
export interface LossStats {
  /** Bias-corrected exponential average of the loss; null before the first step. */
  readonly smoothed: number | null;
  /** Sum of the average's weights so far, 1 − decayⁿ. */
  readonly weight: number;
  /** The saved step with the smallest smoothed loss; null before the first checkpoint. */
  readonly best: { readonly step: number; readonly loss: number } | null;
}

/** Averages over about 100 steps: the loss of one batch varies a good deal with the timesteps that it drew. */
const DECAY = 0.99;

export const noLossYet: LossStats = { smoothed: null, weight: 0, best: null };

/** The figures after one more loss: s ← d·s + (1 − d)·loss, divided by 1 − dⁿ (Kingma & Ba 2015, section 3). */
export function addLoss(stats: LossStats, loss: number): LossStats {
  const weight = DECAY * stats.weight + (1 - DECAY);
  const sum = DECAY * stats.weight * (stats.smoothed ?? 0) + (1 - DECAY) * loss;
  return { ...stats, weight, smoothed: sum / weight };
}

/** The figures at a checkpoint: `best` is this step where no saved one had a smaller smoothed loss. */
export function markCheckpoint(stats: LossStats, step: number): LossStats {
  const { smoothed, best } = stats;
  if (smoothed === null || (best !== null && best.loss <= smoothed)) return stats;
  return { ...stats, best: { step, loss: smoothed } };
}
