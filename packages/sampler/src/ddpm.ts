// Ho, Jain, Abbeel, "Denoising Diffusion Probabilistic Models" (2020), Algorithm 2. The mean of a step is the mean of
// q(x_tPrev | x_t, x_0), eq. 7, at the predicted x_0, which can be clipped. Without clipping, it equals (x_t -
// β_t/√(1-ᾱ_t) ε) / √α_t. In a step over several timesteps, α and β belong to the whole jump. Learned variances: Nichol
// & Dhariwal, "Improved Denoising Diffusion Probabilistic Models" (2021), eq. 15.
import { type Jump, jump, levelAt, log, requireDiffusion } from '@isonoise/schedule';
import { defineSampler, type Sampler } from './define-sampler.ts';
import { mapSteps } from './map-steps.ts';
import type { LearnedVariance } from './row.ts';
import type { DdpmVariance } from './settings.ts';

/** The noise of a step that does not end at the image: one factor for all elements, or one for each element. */
interface StepNoise {
  readonly noise?: readonly number[];
  readonly learnedNoise?: LearnedVariance;
}

const NOISE: { readonly [K in DdpmVariance]: (step: Jump) => StepNoise } = {
  fixedSmall: ({ posteriorVariance }) => ({ noise: [Math.sqrt(posteriorVariance)] }),
  fixedLarge: ({ beta }) => ({ noise: [Math.sqrt(beta)] }),
  // (v + 1)/2 log β + (1 - v)/2 log β̃. For v in [-1, 1], the variance is between β̃ and β.
  learnedRange: ({ beta, posteriorVariance }) => {
    const [most, least] = [log(beta), log(posteriorVariance)];
    return { learnedNoise: { isLog: true, offset: (most + least) / 2, slope: (most - least) / 2 } };
  },
  learned: () => ({ learnedNoise: { isLog: false, offset: 0, slope: 1 } }),
  learnedLog: () => ({ learnedNoise: { isLog: true, offset: 0, slope: 1 } }),
};

export const ddpm: Sampler = defineSampler({
  process: 'diffusion',
  defaultSteps: (T) => T,
  settings: { variance: 'fixedSmall' },
  rows: (grid, { variance }) => {
    const schedule = requireDiffusion('ddpm', grid.schedule);
    return mapSteps(grid, ({ t }, { t: tPrev }) => {
      const at = jump(schedule, t, tPrev);
      const { noise = [], learnedNoise } = tPrev < 0 ? {} : NOISE[variance](at);
      return {
        at: levelAt(schedule, t),
        next: { x0: at.posteriorMeanCoef1, x: at.posteriorMeanCoef2, noise },
        learnedNoise,
      };
    });
  },
});
