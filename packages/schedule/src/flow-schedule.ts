// Rectified flow: Liu, Gong, Liu, "Flow Straight and Fast" (2023); Lipman et al., "Flow Matching for Generative Modeling"
// (2023); with the shift of Esser et al., "Scaling Rectified Flow Transformers…" (2024), eq. 23. As for diffusion, t = -1 is
// the image itself and t = T - 1 the last timestep, which is pure noise here. Between them, t may be fractional.
import type { FlowConfig } from './schedule-config.ts';

/** Immutable tables of a flow schedule: x_t = (1 - σ_t) x_0 + σ_t ε. Index t is timestep t. */
export interface FlowSchedule {
  readonly process: 'flow';
  /** Its config, with defaults applied. */
  readonly config: Required<FlowConfig>;
  /** T. */
  readonly numTrainTimesteps: number;
  /** σ_t = s u / (1 + (s - 1) u), with u = (t + 1) / T and the shift s. */
  readonly sigmas: readonly number[];
  /** (1 - σ_t)² / σ_t²; 0 at t = T - 1. */
  readonly snr: readonly number[];
}

/** Factors of x_0 and ε at a level of flow matching; their sum is 1. */
export interface FlowFactors {
  readonly alpha: number;
  readonly sigma: number;
}

/** Multiplies σ / (1 - σ) by `shift`. Nothing cancels in the formula, so 0 and 1 stay exactly 0 and 1. */
export function shiftFactors({ alpha, sigma }: FlowFactors, shift: number): FlowFactors {
  const sum = alpha + shift * sigma;
  return { alpha: alpha / sum, sigma: (shift * sigma) / sum };
}

/** The factors of a timestep, which may be fractional: t in (-1, T - 1]. */
export function flowFactors({ numTrainTimesteps: T, shift }: Required<FlowConfig>, t: number): FlowFactors {
  return shiftFactors({ alpha: (T - 1 - t) / T, sigma: (t + 1) / T }, shift);
}

/** Creates the tables of a config. */
export function createFlowSchedule(config: Required<FlowConfig>): FlowSchedule {
  const factors = Array.from({ length: config.numTrainTimesteps }, (_, t) => flowFactors(config, t));
  return Object.freeze({
    process: 'flow',
    config: Object.freeze(config),
    numTrainTimesteps: config.numTrainTimesteps,
    sigmas: Object.freeze(factors.map(({ sigma }) => sigma)),
    snr: Object.freeze(factors.map(({ alpha, sigma }) => (alpha / sigma) ** 2)),
  });
}
