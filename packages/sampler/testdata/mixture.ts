import type { Level } from '@isonoise/schedule';

/** The data: a mixture of two Gaussians with these centres, weights and common deviation. */
const MIXTURE = { centres: [-0.7, 0.9], weights: [0.4, 0.6], deviation: 0.3 };

/** E[ε | x] for the mixture: from the posterior of the centre, and of x_0 given the centre. */
export function mixtureEps({ alpha, sigma }: Pick<Level, 'alpha' | 'sigma'>, x: number): number {
  const { centres, weights, deviation } = MIXTURE;
  const variance = alpha ** 2 * deviation ** 2 + sigma ** 2;
  const exponents = centres.map((centre) => -((x - alpha * centre) ** 2) / (2 * variance));
  const largest = Math.max(...exponents);
  const masses = exponents.map((each, k) => (weights[k] as number) * Math.exp(each - largest));
  const total = masses.reduce((a, b) => a + b);
  const score = masses.reduce(
    (sum, mass, k) => sum - ((mass / total) * (x - alpha * (centres[k] as number))) / variance,
    0,
  );
  return -sigma * score;
}
