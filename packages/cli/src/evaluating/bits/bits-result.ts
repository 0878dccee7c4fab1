import { type MeanError, meanError, type Stratum } from '@isonoise/evaluate';
import type { DdpmVariance } from '@isonoise/sampler';
import type { GivenConditions } from './bits-images.ts';

/** The terms of the variational bound of some images, as JSON. */
export interface BoundChunk {
  /** L_T of each image, `[B]`, in bits per dimension. */
  readonly prior: readonly number[];
  /** L_t of each image in each stratum, `[B, S]`, in bits per dimension, for each variance. */
  readonly terms: readonly (readonly number[])[];
}

/** Bits per dimension of some images by the probability-flow ODE. */
export type FlowChunk = readonly number[];

/** Mean of L_t over the images, for the timesteps of a stratum. */
interface CurvePoint extends Stratum, MeanError {}

interface BoundResult {
  readonly variance: DdpmVariance;
  /** The bound: L_T plus all L_t, in bits per dimension. */
  readonly bits: MeanError;
  readonly curve: readonly CurvePoint[];
}

/** Result of `evaluate --bits`, as JSON. */
export interface BitsResult extends GivenConditions {
  readonly model: string;
  readonly dataset: string;
  /** Whether the images were held out of the training, or used for it. */
  readonly split: 'held-out' | 'training';
  readonly images: number;
  readonly seed: string;
  /** The variational bound; null if it was not measured. */
  readonly bound: {
    /** Number of timesteps at which each image was evaluated. */
    readonly timesteps: number;
    /** Mean of L_T over the images, in bits per dimension. */
    readonly prior: number;
    readonly variances: readonly BoundResult[];
  } | null;
  /** The probability-flow ODE; null if it was not measured. */
  readonly flow: (MeanError & { readonly steps: number }) | null;
}

/** Combines the chunks of the variational bound. */
export function boundResult(
  chunks: readonly BoundChunk[],
  strata: readonly Stratum[],
  variances: readonly DdpmVariance[],
): NonNullable<BitsResult['bound']> {
  const S = strata.length;
  const priors = chunks.flatMap(({ prior }) => prior);
  return {
    timesteps: S,
    prior: meanError(priors).mean,
    variances: variances.map((variance, v) => {
      const terms = chunks.flatMap((chunk) => chunk.terms[v] ?? []);
      const sums = priors.map((prior, b) =>
        strata.reduce((sum, { count }, k) => sum + count * (terms[b * S + k] as number), prior),
      );
      const curve = strata.map((stratum, k) => ({
        ...stratum,
        ...meanError(priors.map((_, b) => terms[b * S + k] as number)),
      }));
      return { variance, bits: meanError(sums), curve };
    }),
  };
}

/** Combines the chunks of the probability-flow ODE. */
export function flowResult(chunks: readonly FlowChunk[], steps: number): NonNullable<BitsResult['flow']> {
  return { steps, ...meanError(chunks.flat()) };
}
