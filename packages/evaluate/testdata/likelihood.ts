import { readFileSync } from 'node:fs';
import type { DdpmVariance } from '@isonoise/sampler';
import { createSchedule, type DiffusionSchedule, type PredictionType } from '@isonoise/schedule';

/** Content of likelihood.json, written by make_likelihood.py. */
interface LikelihoodReference {
  readonly betas: Readonly<Record<string, readonly number[]>>;
  readonly priors: Readonly<Record<string, number>>;
  readonly x0: readonly number[];
  readonly variances: Readonly<Record<string, readonly number[]>>;
  readonly cases: readonly {
    readonly kind: string;
    readonly prediction: PredictionType;
    readonly t: number;
    readonly clip: boolean;
    readonly noisy: readonly number[];
    readonly output: readonly number[];
    readonly terms: Readonly<Record<DdpmVariance, number>>;
    readonly improvedDiffusion: Readonly<Record<DdpmVariance, number>>;
  }[];
  readonly intervals: readonly (readonly [low: number, high: number, log: number])[];
}

export const likelihoodReference: LikelihoodReference = JSON.parse(
  readFileSync(new URL('likelihood.json', import.meta.url), 'utf8'),
);

/** Schedules with the β of the reference. */
export const schedules: Readonly<Record<string, DiffusionSchedule>> = Object.fromEntries(
  Object.entries(likelihoodReference.betas).map(([kind, betas]) => [kind, createSchedule({ kind: 'trained', betas })]),
);
