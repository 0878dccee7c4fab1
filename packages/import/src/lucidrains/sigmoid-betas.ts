/** Argument of the sigmoid at t = 0. At t = T it has the opposite sign. */
const START = -3;
const MAX_BETA = 0.999;

/**
 * Computes the sigmoid schedule of denoising-diffusion-pytorch: ᾱ falls from 1 to about 0 along a sigmoid.
 *
 * @param timesteps T, from 1
 * @returns β_t for t = 0 … T − 1
 * Source: Jabri et al. 2022, arXiv 2212.11972, figure 8; `sigmoid_beta_schedule`.
 */
export function sigmoidBetas(timesteps: number): number[] {
  const end = sigmoid(-START);
  // The original rounds σ(3) and σ(−3) to float32. Only σ(3) matters: σ(−3) is in a constant factor of ᾱ, which cancels
  // in the ratio below and is left out.
  const last = Math.fround(end);
  const scaledAlphaBar = (t: number): number => last - sigmoid(START - (2 * START * t) / timesteps);
  return Array.from({ length: timesteps }, (_, t) =>
    Math.min(Math.max(1 - scaledAlphaBar(t + 1) / scaledAlphaBar(t), 0), MAX_BETA),
  );
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
