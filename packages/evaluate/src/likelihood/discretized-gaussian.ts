import { logNormalInterval } from '../normal-tail.ts';

/** Half the width of the interval of one byte, in values of [-1, 1]. */
export const HALF_BYTE: number = 1 / 255;

/**
 * Returns the log probability, in nats, that a normally distributed value is in the interval of a byte, x ±
 * 1/255. The intervals of black and white extend to −∞ and ∞, so that the probabilities of all bytes sum to
 * 1.
 *
 * @param x a byte scaled to [-1, 1]
 *
 * Source: Ho et al. 2020, arXiv 2006.11239, eq. 13.
 */
export function discretizedLogLikelihood(x: number, mean: number, deviation: number): number {
  const low = x <= HALF_BYTE - 1 ? Number.NEGATIVE_INFINITY : (x - HALF_BYTE - mean) / deviation;
  const high = x >= 1 - HALF_BYTE ? Number.POSITIVE_INFINITY : (x + HALF_BYTE - mean) / deviation;
  return logNormalInterval(low, high);
}
