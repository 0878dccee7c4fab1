import { type DdpmVariance, predictionCoefficients } from '@isonoise/sampler';
import { type DiffusionSchedule, levelAt, log, type PredictionType } from '@isonoise/schedule';
import { evaluateError } from '../errors.ts';
import { discretizedLogLikelihood } from './discretized-gaussian.ts';

/** The parts of a model that, with the network's output, determine the reverse steps p(x_{t-1} | x_t). */
export interface ReverseModel {
  readonly schedule: DiffusionSchedule;
  readonly predictionType: PredictionType;
  /** Range [-clip, clip] to which the estimate of x_0 is clipped; ∞ means no limit. */
  readonly clip: number;
}

/** An image and the network's output for it, each `[D]`. */
export interface BoundArrays {
  readonly x0: Float32Array;
  readonly xt: Float32Array;
  readonly prediction: Float32Array;
  /** The network's output for variances; absent if it does not predict them. */
  readonly variance?: Float32Array | undefined;
}

/** Returns the log variance of a reverse step. `output` is the network's output for the variance. */
type LogVariance = (schedule: DiffusionSchedule, t: number, output: number) => number;

/** Log variance of each rule. β̃_0 is 0, so β̃_1 replaces it, as in the code of Ho et al. */
const LOG_VARIANCES: { readonly [K in DdpmVariance]: LogVariance } = {
  fixedSmall: (schedule, t) => schedule.posteriorLogVarianceClipped[t] as number,
  fixedLarge: (schedule, t) =>
    t === 0 ? (schedule.posteriorLogVarianceClipped[0] as number) : log(schedule.betas[t] as number),
  learnedRange: (schedule, t, output) => {
    const most = log(schedule.betas[t] as number);
    const least = schedule.posteriorLogVarianceClipped[t] as number;
    return ((1 + output) / 2) * most + ((1 - output) / 2) * least;
  },
  learned: (_, t, output) => {
    if (output > 0) return Math.log(output);
    throw evaluateError(
      'EVALUATE_NON_FINITE',
      `variational bound: the network returned the variance ${output} at t = ${t}; expected a number above 0. ` +
        'If the network predicts log σ², use learnedLog.',
    );
  },
  learnedLog: (_, __, output) => output,
};

/**
 * Returns the term L_t of the variational bound of one image, in bits per dimension, for each variance.
 *
 * - t ≥ 1: KL(q(x_{t-1} | x_t, x_0) ‖ p(x_{t-1} | x_t))
 * - t = 0: −log p(x_0 | x_1) in the notation of the paper, integrated over the intervals of the bytes
 *
 * @param variances variances of the reverse step
 * @throws `EVALUATE_SHAPE` if a variance is learned but the network returned none; `EVALUATE_NON_FINITE`
 *
 * Source: Ho et al. 2020, arXiv 2006.11239, eq. 5. Here t counts from 0.
 */
export function boundTerms(
  model: ReverseModel,
  t: number,
  arrays: BoundArrays,
  variances: readonly DdpmVariance[],
): readonly number[] {
  const estimates = estimateX0(model, t, arrays);
  const size = arrays.x0.length;
  return variances.map((name) => {
    const logVariance = logVariances(name, model.schedule, t, arrays.variance);
    let sum = 0;
    for (let i = 0; i < size; i++) {
      const x0 = arrays.x0[i] as number;
      const estimate = estimates[i] as number;
      sum +=
        t === 0
          ? decoderTerm(x0, estimate, logVariance(i))
          : divergence(model, t, x0, estimate, logVariance(i));
    }
    return sum / size / Math.LN2;
  });
}

/**
 * Returns the term L_T of the variational bound of one image, KL(q(x_T | x_0) ‖ N(0, I)), in bits per dimension. It
 * does not depend on the network.
 */
export function priorTerm(
  { numTrainTimesteps: T, alphaBars, oneMinusAlphaBars }: DiffusionSchedule,
  x0: Float32Array,
): number {
  const [alphaBar, variance] = [alphaBars[T - 1] as number, oneMinusAlphaBars[T - 1] as number];
  const square = x0.reduce((sum, value) => sum + value * value, 0) / x0.length;
  return (-log(variance) + variance - 1 + alphaBar * square) / 2 / Math.LN2;
}

function estimateX0(
  { schedule, predictionType, clip }: ReverseModel,
  t: number,
  { xt, prediction }: BoundArrays,
): Float64Array {
  const { x0FromX, x0FromOutput } = predictionCoefficients(predictionType, levelAt(schedule, t));
  return Float64Array.from(xt, (x, i) =>
    Math.min(clip, Math.max(-clip, x0FromX * x + x0FromOutput * (prediction[i] as number))),
  );
}

function logVariances(
  name: DdpmVariance,
  schedule: DiffusionSchedule,
  t: number,
  outputs: Float32Array | undefined,
): (i: number) => number {
  const rule = LOG_VARIANCES[name];
  if (name === 'fixedSmall' || name === 'fixedLarge') {
    const value = rule(schedule, t, 0);
    return () => value;
  }
  if (outputs === undefined) {
    throw evaluateError(
      'EVALUATE_SHAPE',
      `variational bound: the network returned no variances; expected one for each value, as ${name} requires. Use fixedSmall or fixedLarge.`,
    );
  }
  return (i) => rule(schedule, t, outputs[i] as number);
}

/**
 * Returns −log of the probability of a byte, in nats. At t = 0, the mean of the reverse step is the estimate of x_0.
 */
function decoderTerm(x0: number, estimate: number, logVariance: number): number {
  return -discretizedLogLikelihood(x0, estimate, Math.exp(logVariance / 2));
}

/**
 * Returns the KL divergence of two normal distributions, in nats. x_t contributes equally to both means, so it
 * cancels.
 */
function divergence(
  { schedule }: ReverseModel,
  t: number,
  x0: number,
  estimate: number,
  logVariance: number,
): number {
  const ratio = (schedule.posteriorLogVarianceClipped[t] as number) - logVariance;
  const distance = (schedule.posteriorMeanCoef1[t] as number) * (x0 - estimate);
  return (Math.expm1(ratio) - ratio + distance * distance * Math.exp(-logVariance)) / 2;
}
