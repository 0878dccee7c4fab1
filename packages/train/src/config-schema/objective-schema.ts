import { PREDICTION_TYPES, type PredictionType } from '@isonoise/schedule';
import * as v from 'valibot';
import { TRAIN_LIMITS } from '../limits.ts';
import type { ObjectiveConfig } from '../train-config.ts';
import { atLeast, exact, isFields, notArray, positive, real, whole } from './values.ts';

const weighting = v.variant(
  'kind',
  [
    exact({ kind: v.literal('simple') }),
    exact({ kind: v.literal('min-snr'), gamma: v.optional(positive, 5) }),
    exact({ kind: v.literal('p2'), gamma: v.optional(atLeast(0), 1), k: v.optional(positive, 1) }),
    // Default standard deviation of the data, as in Karras et al.
    exact({ kind: v.literal('edm'), sigmaData: v.optional(positive, 0.5) }),
  ],
  'expected { "kind": "simple" }, { "kind": "min-snr", "gamma" }, { "kind": "p2", "gamma", "k" } or { "kind": "edm", "sigmaData" }',
);

const loss = v.variant(
  'kind',
  [
    exact({ kind: v.literal('mse') }),
    // Targets of all prediction types have values of about 1. A threshold of 0.5 affects only large errors.
    exact({ kind: v.literal('huber'), c: v.optional(positive, 0.5) }),
  ],
  'expected { "kind": "mse" } or { "kind": "huber", "c" }',
);

const stratified = v.optional(v.boolean(), false);
const density = v.variant(
  'kind',
  [
    exact({ kind: v.literal('uniform'), stratified }),
    // Defaults of Esser et al. 2024: rf/lognorm(0.00, 1.00).
    exact({
      kind: v.literal('logit-normal'),
      mean: v.optional(real, 0),
      deviation: v.optional(positive, 1),
      stratified,
    }),
    // Defaults of Karras et al. 2022, table 1: P_mean and P_std.
    exact({
      kind: v.literal('log-normal'),
      mean: v.optional(real, -1.2),
      deviation: v.optional(positive, 1.2),
      stratified,
    }),
  ],
  'expected { "kind": "uniform" }, { "kind": "logit-normal", "mean", "deviation" } or { "kind": "log-normal", "mean", "deviation" }',
);
/** Schema of the timesteps. The kind is optional, so that `stratified` can be set alone. */
const timesteps = v.pipe(
  notArray,
  v.transform((given) =>
    isFields(given) && given.kind === undefined ? { ...given, kind: 'uniform' } : given,
  ),
  density,
);

/** An objective whose prediction may be absent. The default of the prediction depends on the schedule. */
type PartialObjective = Omit<ObjectiveConfig, 'prediction'> & {
  readonly prediction?: PredictionType | undefined;
};

export const objectiveSchema: v.GenericSchema<unknown, PartialObjective> = exact({
  prediction: v.optional(v.picklist(PREDICTION_TYPES)),
  weighting: v.optional(weighting, { kind: 'simple' }),
  loss: v.optional(loss, { kind: 'mse' }),
  timesteps: v.optional(timesteps, { kind: 'uniform' }),
  noiseCandidates: v.optional(whole(1, TRAIN_LIMITS.noiseCandidates), 1),
});
