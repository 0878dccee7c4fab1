// Song, Meng, Ermon, "Denoising Diffusion Implicit Models" (2021), eq. 12 and 16. Their α_t is ᾱ_t here.
import { jump, type Level, type Schedule } from '@isonoise/schedule';
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { mapSteps } from './map-steps.ts';

/** The scalars of q(x_to | x_from, x_0) that a step uses. */
interface Posterior {
  /** σ_to². */
  readonly noiseSquared: number;
  /** Variance of q. */
  readonly variance: number;
}

/**
 * Computes the scalars. For a schedule of β, they come from its tables. For other schedules, the variance is
 * (σ_to/σ_from)² (σ_from² - (α_from/α_to)² σ_to²).
 */
function posterior(schedule: Schedule, from: Level, to: Level): Posterior {
  if (schedule.process === 'diffusion') {
    const { oneMinusAlphaBarPrev, posteriorVariance } = jump(schedule, from.t, to.t);
    return { noiseSquared: oneMinusAlphaBarPrev, variance: posteriorVariance };
  }
  const ratio = (from.alpha * to.sigma) / (from.sigma * to.alpha);
  return { noiseSquared: to.sigma ** 2, variance: to.sigma ** 2 * (1 - ratio) * (1 + ratio) };
}

export const ddim: Sampler = defineSampler({
  defaultSteps: fewSteps(50),
  settings: { eta: 0, epsFromClipped: true },
  rows: (grid, { eta, epsFromClipped }) =>
    mapSteps(grid, (from, to) => {
      const { noiseSquared, variance } = posterior(grid.schedule, from, to);
      // 1. σ = η √((1-ᾱ_prev)/(1-ᾱ_t)) √(1 - ᾱ_t/ᾱ_prev): η² times the posterior variance, eq. 16.
      const sigmaSquared = eta * eta * variance;
      // 2. x_prev = √ᾱ_prev x_0 + √(1-ᾱ_prev-σ²) ε + σ z, eq. 12. Rounding must not push the root below 0.
      const direction = Math.sqrt(Math.max(0, noiseSquared - sigmaSquared));
      // 3. Insert ε = (x_t - √ᾱ_t x_0) / √(1-ᾱ_t), with the clipped x_0.
      const ratio = epsFromClipped ? direction / from.sigma : 0;
      return {
        at: from,
        next: {
          x0: to.alpha - ratio * from.alpha,
          x: ratio,
          eps: epsFromClipped ? 0 : direction,
          noise: [Math.sqrt(sigmaSquared)],
        },
      };
    }),
});
