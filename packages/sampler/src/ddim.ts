// Song, Meng, Ermon, "Denoising Diffusion Implicit Models" (2021), eq. 12 and 16. Their α_t is ᾱ_t here.
import { jump, levelAt } from '@isonoise/schedule';
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { mapSteps } from './map-steps.ts';

export const ddim: Sampler = defineSampler({
  title: 'DDIM',
  summary: 'implicit sampling; good with 20 to 100 steps, deterministic for eta 0',
  source: 'Song et al. 2021, eq. 12',
  defaultSteps: fewSteps(50),
  settings: { eta: 0, epsFromClipped: true },
  rows: (grid, { eta, epsFromClipped }) =>
    mapSteps(grid, ({ t }, { t: tPrev }) => {
      const at = jump(grid.schedule, t, tPrev);
      // 1. σ = η √((1-ᾱ_prev)/(1-ᾱ_t)) √(1 - ᾱ_t/ᾱ_prev): η² times the posterior variance, eq. 16.
      const sigmaSquared = eta * eta * at.posteriorVariance;
      // 2. x_prev = √ᾱ_prev x_0 + √(1-ᾱ_prev-σ²) ε + σ z, eq. 12. Rounding must not push the root below 0.
      const direction = Math.sqrt(Math.max(0, at.oneMinusAlphaBarPrev - sigmaSquared));
      // 3. Insert ε = (x_t - √ᾱ_t x_0) / √(1-ᾱ_t), with the clipped x_0.
      const ratio = epsFromClipped ? direction / at.sqrtOneMinusAlphaBar : 0;
      return {
        at: levelAt(grid.schedule, t),
        next: {
          x0: at.sqrtAlphaBarPrev - ratio * at.sqrtAlphaBar,
          x: ratio,
          eps: epsFromClipped ? 0 : direction,
          noise: [Math.sqrt(sigmaSquared)],
        },
      };
    }),
});
