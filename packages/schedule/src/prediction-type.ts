import { type FullScheduleConfig, processOf, type ScheduleKind, timestepsOf } from './schedule-config.ts';

/**
 * Predictions of networks. The first three have the names of `diffusers`: the noise ε, the image x_0, and
 * v = √ᾱ·ε − √(1−ᾱ)·x_0 (Salimans & Ho 2022). `flow` is the velocity ε − x_0 of flow matching, from the image to the noise.
 */
export const PREDICTION_TYPES = ['epsilon', 'sample', 'v_prediction', 'flow'] as const;

/** One of {@link PREDICTION_TYPES}. */
export type PredictionType = (typeof PREDICTION_TYPES)[number];

const PREDICTIONS: Readonly<Record<ReturnType<typeof processOf>, readonly PredictionType[]>> = {
  diffusion: ['epsilon', 'sample', 'v_prediction'],
  flow: ['flow'],
  sine: ['v_prediction'],
};

/**
 * Lists the predictions that fit a kind of schedule; the first is the default. Schedules without β start at pure noise,
 * where x_0 cannot be computed from ε. The velocity of flow matching differs from the v of diffusion.
 */
export const predictionsFor = (kind: ScheduleKind): readonly PredictionType[] => PREDICTIONS[processOf(kind)];

/** The prediction of models whose configuration does not name one. */
export const defaultPrediction = (kind: ScheduleKind): PredictionType =>
  predictionsFor(kind)[0] as PredictionType;

/** Checks that a prediction fits a kind of schedule. @returns the problem as `<found>; expected <what>`, or null */
export function predictionProblem(kind: ScheduleKind, prediction: PredictionType): string | null {
  const fitting = predictionsFor(kind);
  return fitting.includes(prediction)
    ? null
    : `prediction type ${prediction} does not fit schedule ${kind}; expected ${fitting.join(', ')}`;
}

/**
 * Checks that the prediction of a network fits its timesteps. A network that predicts ε cannot be called at pure noise,
 * because ε contains no information about the image there.
 *
 * @returns the problem as `<found>; expected <what>`, or null
 */
export function pureNoiseProblem(
  schedule: FullScheduleConfig,
  prediction: PredictionType,
  times: readonly number[],
): string | null {
  if (!('zeroTerminalSnr' in schedule) || schedule.zeroTerminalSnr !== true || prediction !== 'epsilon')
    return null;
  const last = timestepsOf(schedule) - 1;
  if (!times.includes(last)) return null;
  return (
    `prediction type epsilon at timestep ${last}, which is pure noise with zeroTerminalSnr; ` +
    'expected v_prediction or sample, or timesteps below it'
  );
}
