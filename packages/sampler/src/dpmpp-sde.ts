// DPM-Solver++ SDE of k-diffusion (sample_dpmpp_sde): an ancestral step goes to the middle in log σ/α. A second ancestral
// step goes from the start to the end, with the x_0 predicted in the middle. diffusers: DPMSolverSDEScheduler.
//
// The two noises of a step are increments of one Brownian path in s = σ/α, from the start to the middle and to the end.
// Increments over disjoint intervals are independent, so two draws are enough: the first is the increment to the
// middle, and the second is the increment from the middle to the end. No tree of increments is needed.
import { levelAtLambda } from '@isonoise/schedule';
import { ancestral } from './ancestral.ts';
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { mapSteps } from './map-steps.ts';
import { add, along, isBlank, recall, X, X0 } from './terms.ts';

export const dpmppSde: Sampler = defineSampler({
  defaultSteps: fewSteps(25),
  settings: { eta: 1 },
  rows: (grid, { eta }) =>
    mapSteps(grid, (at, to) => {
      if (to.sigma === 0) return { at, next: X0 };
      const whole = ancestral(at, to, eta);
      const factors = along(at, whole.down);
      if (isBlank(at)) return { at, next: { ...factors, noise: [whole.up] } };
      const middle = levelAtLambda(grid.schedule, (at.lambda + to.lambda) / 2);
      const half = ancestral(at, middle, eta);
      // Variance of the increment to the middle, divided by the variance of the whole step: (s - s_mid) / (s - s_to).
      // With s_mid² = s s_to it is 1 / (1 + √(s_to/s)).
      const share = 1 / (1 + (middle.sigma * at.alpha) / (middle.alpha * at.sigma));
      return [
        { at, next: { ...along(at, half.down), noise: [half.up] }, keep: [X], endsStep: false },
        {
          at: middle,
          next: add(
            [factors.x ?? 0, recall(0)],
            [factors.x0 ?? 0, X0],
            [whole.up, { noise: [Math.sqrt(share), Math.sqrt(1 - share)] }],
          ),
          keep: [],
        },
      ];
    }),
});
