/** Argument of the sigmoid at the start; at the end it has the opposite sign. */
const START = -3;
const MAX_BETA = 0.999;

/**
 * Computes the sigmoid schedule of denoising-diffusion-pytorch: ᾱ falls along a sigmoid from 1 to almost 0.
 *
 * @param timesteps T, from 1
 * @returns β_t for t = 0 … T − 1
 * Source: Jabri et al. 2022, arXiv 2212.11972, figure 8; `sigmoid_beta_schedule`.
 */
export function sigmoidBetas(timesteps: number): number[] {
  const end = sigmoid(-START);
  // The original rounds the ends to float32.
  const last = Math.fround(end);
  const alphaBar = (t: number): number => last - sigmoid(START - (2 * START * t) / timesteps);
  return Array.from({ length: timesteps }, (_, t) =>
    Math.min(Math.max(1 - alphaBar(t + 1) / alphaBar(t), 0), MAX_BETA),
  );
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
