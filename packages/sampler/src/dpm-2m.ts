// Lu et al., "DPM-Solver" (2022), second order as a multistep method, for ε. diffusers: DPMSolverMultistepScheduler with
// algorithm_type "dpmsolver".
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { difference, LOWER_FINAL_BELOW } from './dpmpp.ts';
import { multistepRows } from './multistep.ts';
import { phi } from './phi.ts';
import { add, epsAt, X, X0 } from './terms.ts';

export const dpm2m: Sampler = defineSampler({
  title: 'DPM-Solver 2M',
  summary: 'second order for the noise instead of the image; less stable than dpmpp-2m with guidance',
  source: 'Lu et al. 2022, DPM-Solver',
  defaultSteps: fewSteps(20),
  settings: {},
  rows: (grid) =>
    multistepRows(grid, {
      order: 2,
      lowerFinalBelow: LOWER_FINAL_BELOW,
      answer: epsAt,
      next: ([current, before], to) => {
        // The limit of the first-order step; h is infinite.
        if (to.sigma === 0) return X0;
        const { level, value } = current;
        const h = to.lambda - level.lambda;
        const weight = -to.sigma * h * phi(1, h);
        const slope = before === undefined ? {} : difference(current, before, h);
        return add([to.alpha / level.alpha, X], [weight, value], [weight / 2, slope]);
      },
    }),
});
