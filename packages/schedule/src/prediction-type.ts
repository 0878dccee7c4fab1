import type { ScheduleKind } from './schedule-config.ts';

/**
 * Predictions of networks: the noise ε, the image x_0, v = √ᾱ·ε − √(1−ᾱ)·x_0 (Salimans & Ho 2022), these with the names of
 * `diffusers`, or `flow`, the velocity ε − x_0 of flow matching from the image to the noise.
 */
export const PREDICTION_TYPES = ['epsilon', 'sample', 'v_prediction', 'flow'] as const;

/** One of {@link PREDICTION_TYPES}. */
export type PredictionType = (typeof PREDICTION_TYPES)[number];

/**
 * The predictions that fit a kind of schedule. Flow matching begins with pure noise, from which ε gives no image, and its
 * velocity is not the v of diffusion.
 */
export const predictionsFor = (kind: ScheduleKind): readonly PredictionType[] =>
  PREDICTION_TYPES.filter((type) => (type === 'flow') === (kind === 'flow'));

/** What is wrong with a prediction for a kind of schedule, as `<found>; expected <what>`; null if they fit. */
export function predictionProblem(kind: ScheduleKind, prediction: PredictionType): string | null {
  const fitting = predictionsFor(kind);
  return fitting.includes(prediction)
    ? null
    : `prediction type ${prediction} does not fit schedule ${kind}; expected ${fitting.join(', ')}`;
}
