import type { AverageDecays } from './averages/average-slots.ts';
import { exponentOf, powerDecayAt } from './averages/power-function.ts';

/** Configuration of the averages of the weights during training. */
export type EmaConfig = ExponentialEma | PowerEma;

/** Exponential moving average of the weights: ema ← decay·ema + (1 − decay)·theta. */
export interface ExponentialEma {
  readonly kind: 'exponential';
  /** Decay in [0, 1). With `warmup`, the largest decay. */
  readonly decay: number;
  /** Whether the decay is small in the first steps. The random initial weights then soon lose their influence. */
  readonly warmup: boolean;
}

/**
 * Two power-function averages of the weights (Karras et al. 2024), with snapshots. After the training, averages of
 * other lengths can be reconstructed from the snapshots.
 */
interface PowerEma {
  readonly kind: 'power';
  /**
   * Lengths σ_rel of the averages. A length is the standard deviation of an average's profile, divided by the number
   * of steps. The first average is used for samples, and by default for exports.
   */
  readonly lengths: readonly [number, number];
  /**
   * Number of snapshots of a run, at equal intervals. Each has 8 bytes per parameter. Default 24. With fewer,
   * averages shorter than 0.03 cannot be reconstructed well.
   */
  readonly snapshots: number;
}

/**
 * Describes the average for samples and exports.
 *
 * @param length σ_rel of a power-function average. Default: the length of the first average
 */
export function describeAverage(ema: EmaConfig, length?: number): string {
  return ema.kind === 'exponential'
    ? `exponential average, decay ${ema.decay}`
    : `power-function average, length ${length ?? ema.lengths[0]}`;
}

/** Returns the number of averages that a step updates. */
export function averageCount({ kind }: Pick<EmaConfig, 'kind'>): 1 | 2 {
  return kind === 'power' ? 2 : 1;
}

/** Returns the decays of the averages in a step. @param step number of the step, from 1 */
export function emaDecaysAt(ema: EmaConfig, step: number): AverageDecays {
  if (ema.kind === 'exponential') return { emaDecay: emaDecayAt(ema, step) };
  const [first, second] = ema.lengths;
  return {
    emaDecay: powerDecayAt(exponentOf(first), step),
    ema2Decay: powerDecayAt(exponentOf(second), step),
  };
}

/**
 * Returns the decay of an exponential average. With warmup, it is min(decay, (1 + n)/(10 + n)), where n = step − 1 is
 * the number of earlier updates. Without warmup, it is `decay`.
 *
 * @param step number of the step, from 1
 * @see TensorFlow's `tf.train.ExponentialMovingAverage` (`num_updates`) and diffusers' `EMAModel`. Both use this
 *   rule, diffusers after its first update
 */
export function emaDecayAt({ decay, warmup }: Omit<ExponentialEma, 'kind'>, step: number): number {
  const updates = step - 1;
  return warmup ? Math.min(decay, (1 + updates) / (10 + updates)) : decay;
}
