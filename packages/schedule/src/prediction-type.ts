/**
 * Predictions of networks, with the names of `diffusers`: the noise ε, the image x_0, or v = √ᾱ·ε − √(1−ᾱ)·x_0
 * (Salimans & Ho 2022).
 */
export const PREDICTION_TYPES = ['epsilon', 'sample', 'v_prediction'] as const;

/** One of {@link PREDICTION_TYPES}. */
export type PredictionType = (typeof PREDICTION_TYPES)[number];
