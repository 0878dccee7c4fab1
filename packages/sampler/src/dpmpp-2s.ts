// Lu et al., "DPM-Solver++" (2022), Algorithm 1, in the grid of diffusers' DPMSolverSinglestepScheduler: pairs of steps, of
// which the first goes to the middle and the second starts from the beginning of the pair again.
import type { Level } from '@isonoise/schedule';
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { difference } from './dpmpp.ts';
import { mapSteps } from './map-steps.ts';
import { phi } from './phi.ts';
import { add, along, recall, X, X0 } from './terms.ts';

export const dpmpp2s: Sampler = defineSampler({
  title: 'DPM-Solver++ 2S',
  summary: 'second order over pairs of steps, one call each, without memory of earlier pairs',
  source: 'Lu et al. 2022, Algorithm 1',
  defaultSteps: fewSteps(20),
  settings: {},
  rows: (grid) =>
    mapSteps(grid, (at, to, step) => {
      const isFirst = step % 2 === 0;
      // The step to the image is of first order: it would divide by an infinite h.
      if (to.sigma === 0) return { at, next: X0, keep: [] };
      if (isFirst) return { at, next: along(at, to), keep: [X, X0] };
      const from = grid.levels[step - 1] as Level;
      const h = to.lambda - from.lambda;
      const weight = to.alpha * h * phi(1, -h);
      const start = { level: from, value: recall(1) };
      const slope = difference({ level: at, value: X0 }, start, h);
      return {
        at,
        next: add([to.sigma / from.sigma, recall(0)], [weight, start.value], [weight / 2, slope]),
        keep: [],
      };
    }),
});
