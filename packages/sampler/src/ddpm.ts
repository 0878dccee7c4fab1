// Ho, Jain, Abbeel, "Denoising Diffusion Probabilistic Models" (2020), Algorithm 2, in the form of its eq. 7: the mean
// is that of q(x_tPrev | x_t, x_0) at the predicted x_0, which can be clipped. Without clipping it equals
// (x_t - β_t/√(1-ᾱ_t) ε) / √α_t. For a step over several timesteps, α and β are those of the jump.
import { jump, levelAt, requireDiffusion } from '@isonoise/schedule';
import { defineSampler, type Sampler } from './define-sampler.ts';
import { mapSteps } from './map-steps.ts';

export const ddpm: Sampler = defineSampler({
  title: 'DDPM',
  summary: 'ancestral sampling; best with all steps',
  source: 'Ho et al. 2020, Algorithm 2',
  process: 'diffusion',
  defaultSteps: (T) => T,
  settings: { variance: 'fixedSmall' },
  rows: (grid, { variance }) => {
    const schedule = requireDiffusion('ddpm', grid.schedule);
    return mapSteps(grid, ({ t }, { t: tPrev }) => {
      const at = jump(schedule, t, tPrev);
      const sigmaSquared = tPrev < 0 ? 0 : variance === 'fixedSmall' ? at.posteriorVariance : at.beta;
      return {
        at: levelAt(schedule, t),
        next: {
          x0: at.posteriorMeanCoef1,
          x: at.posteriorMeanCoef2,
          noise: [Math.sqrt(sigmaSquared)],
        },
      };
    });
  },
});
