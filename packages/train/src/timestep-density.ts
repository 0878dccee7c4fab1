import { fillWords, normalQuantile } from '@isonoise/random';
import { exp, log, type Schedule } from '@isonoise/schedule';

/** The distribution from which the timestep of each training image is drawn. */
export type TimestepDensity =
  /** Every timestep has the same probability, as in Ho et al. 2020. */
  | { readonly kind: 'uniform'; readonly stratified: boolean }
  /**
   * t/T is the logistic function of a normal number: Esser et al. 2024, "Scaling Rectified Flow Transformers",
   * section 3.1.
   */
  | {
      readonly kind: 'logit-normal';
      readonly mean: number;
      readonly deviation: number;
      readonly stratified: boolean;
    }
  /** The logarithm of σ = 1/√SNR is a normal number: Karras et al. 2022, "EDM", table 1. */
  | {
      readonly kind: 'log-normal';
      readonly mean: number;
      readonly deviation: number;
      readonly stratified: boolean;
    };

/**
 * Returns the function that maps a probability in (0, 1) to a timestep, the quantile of the density. It uses
 * only operations with the same bits on every engine.
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
      // SNR falls with t, so these values rise.
      const logSigmas = schedule.snr.map((snr) => -0.5 * log(snr));
      return (p) => nearest(logSigmas, mean + deviation * normalQuantile(p - 0.5));
    }
    default:
      return density satisfies never;
  }
}

/** Index of the value nearest to `value` in a rising list. */
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
 * Draws the probability that selects an image's timestep. Independent images have a stream each. Stratified
 * images share one random offset and are spaced by 1/B from it, so that every batch covers the whole density
 * evenly; each image alone has the same distribution (Kingma et al. 2021, "Variational Diffusion Models",
 * appendix I.1).
 */
export function timestepProbability(
  stratified: boolean,
  { seed, image, step }: { readonly seed: number | bigint; readonly image: number; readonly step: number },
  batchSize: number,
): number {
  fillWords(word, { seed, image: stratified ? 0 : image, step, purpose: 'timesteps' });
  // In (0, 1): an odd multiple of 2⁻³³.
  const own = ((word[0] as number) + 0.5) / 2 ** 32;
  if (!stratified) return own;
  const shifted = own + image / batchSize;
  return shifted < 1 ? shifted : shifted - 1;
}
