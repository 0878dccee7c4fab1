import { fillWords, normalQuantile } from '@isonoise/random';
import { exp, log, type Schedule } from '@isonoise/schedule';

/** The distribution from which the timestep of each training image is drawn. */
export type TimestepDensity =
  /** Every timestep has the same probability, as in Ho et al. 2020. */
  | { readonly kind: 'uniform'; readonly stratified: boolean }
  /**
   * t/T is the logistic function of a normally distributed number (Esser et al. 2024, "Scaling Rectified Flow
   * Transformers", section 3.1).
   */
  | {
      readonly kind: 'logit-normal';
      readonly mean: number;
      readonly deviation: number;
      readonly stratified: boolean;
    }
  /** The logarithm of σ = 1/√SNR is normally distributed (Karras et al. 2022, "EDM", table 1). */
  | {
      readonly kind: 'log-normal';
      readonly mean: number;
      readonly deviation: number;
      readonly stratified: boolean;
    };

/**
 * Returns the quantile of the density, which maps a probability in (0, 1) to a timestep. It uses only operations that
 * give the same bits on every engine.
 */
export function timestepQuantile(
  density: TimestepDensity,
  schedule: Schedule,
): (probability: number) => number {
  const T = schedule.numTrainTimesteps;
  const last = (t: number): number => Math.min(T - 1, t);
  switch (density.kind) {
    case 'uniform':
      return (p) => last(Math.floor(p * T));
    case 'logit-normal': {
      const { mean, deviation } = density;
      return (p) => last(Math.floor(T / (1 + exp(-(mean + deviation * normalQuantile(p - 0.5))))));
    }
    case 'log-normal': {
      const { mean, deviation } = density;
      // The SNR decreases with t, so these values increase.
      const logSigmas = schedule.snr.map((snr) => -0.5 * log(snr));
      return (p) => nearest(logSigmas, mean + deviation * normalQuantile(p - 0.5));
    }
    default:
      return density satisfies never;
  }
}

/** Returns the index of the number nearest to `value` in an ascending list. */
function nearest(rising: readonly number[], value: number): number {
  let [low, high] = [0, rising.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((rising[middle] as number) <= value) low = middle;
    else high = middle;
  }
  return value - (rising[low] as number) <= (rising[high] as number) - value ? low : high;
}

const word = new Uint32Array(1);

/**
 * Draws the probability that selects an image's timestep. Without stratification, each image has its own stream. With
 * stratification, the images share one random offset and are spaced by 1/B, so that every batch covers the density
 * evenly. The distribution for a single image is the same (Kingma et al. 2021, "Variational Diffusion Models",
 * appendix I.1).
 */
export function timestepProbability(
  stratified: boolean,
  { seed, image, step }: { readonly seed: number | bigint; readonly image: number; readonly step: number },
  batchSize: number,
): number {
  fillWords(word, { seed, image: stratified ? 0 : image, step, purpose: 'timesteps' });
  // An odd multiple of 2⁻³³ is always inside (0, 1).
  const own = ((word[0] as number) + 0.5) / 2 ** 32;
  if (!stratified) return own;
  const shifted = own + image / batchSize;
  return shifted < 1 ? shifted : shifted - 1;
}
