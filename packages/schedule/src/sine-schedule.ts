// The schedule of IPNDMScheduler of diffusers, from Katherine Crowson's v-diffusion: σ = sin²(π s / 2), with s from 0, the
// image, to 1, pure noise. The network gets the angle φ of (α, σ) = (cos φ, sin φ) in quarter turns. As for the other
// schedules, t = -1 is the image itself and t = T - 1 the last timestep. Between them, t may be fractional.
import { cosQuarterTurns, quarterTurnsOf, sinQuarterTurns } from './elementary.ts';
import type { SineConfig } from './schedule-config.ts';

/** Immutable tables of a sine schedule: x_t = α_t x_0 + σ_t ε, with α_t² + σ_t² = 1. Index t is timestep t. */
export interface SineSchedule {
  readonly process: 'sine';
  /** Its config, with defaults applied. */
  readonly config: Required<SineConfig>;
  /** T. */
  readonly numTrainTimesteps: number;
  /** α_t = √(1 - σ_t²). */
  readonly alphas: readonly number[];
  /** σ_t = sin²(π s / 2), with s = (t + 1) / T. */
  readonly sigmas: readonly number[];
  /** α_t² / σ_t²; 0 at t = T - 1. */
  readonly snr: readonly number[];
}

/** Factors of x_0 and ε at a level; the sum of their squares is 1. */
interface SineFactors {
  readonly alpha: number;
  readonly sigma: number;
}

/** The factors of a timestep, which may be fractional: t in (-1, T - 1]. */
export function sineFactors({ numTrainTimesteps: T }: Required<SineConfig>, t: number): SineFactors {
  const s = (t + 1) / T;
  const sigma = sinQuarterTurns(s) ** 2;
  // √(1 - σ²) = √((1 - σ) (1 + σ)) without the cancellation in 1 - σ.
  return { alpha: cosQuarterTurns(s) * Math.sqrt(1 + sigma), sigma };
}

/** The time that the network gets at a level: φ in quarter turns. */
export const sineTime = ({ alpha, sigma }: SineFactors): number => quarterTurnsOf(sigma, alpha);

/** Creates the tables of a config. */
export function createSineSchedule(config: Required<SineConfig>): SineSchedule {
  const factors = Array.from({ length: config.numTrainTimesteps }, (_, t) => sineFactors(config, t));
  return Object.freeze({
    process: 'sine',
    config: Object.freeze(config),
    numTrainTimesteps: config.numTrainTimesteps,
    alphas: Object.freeze(factors.map(({ alpha }) => alpha)),
    sigmas: Object.freeze(factors.map(({ sigma }) => sigma)),
    snr: Object.freeze(factors.map(({ alpha, sigma }) => (alpha / sigma) ** 2)),
  });
}
