// Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models" (2022), Algorithm 2.
import { churn, NO_CHURN } from './churn.ts';
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { mapSteps } from './map-steps.ts';
import { add, along, epsAt, isBlank, recall, transfer, X, X0 } from './terms.ts';

export const heun: Sampler = defineSampler({
  defaultSteps: fewSteps(25),
  settings: NO_CHURN,
  rows: (grid, settings) =>
    mapSteps(grid, (from, to) => {
      const { level: at, rows } = churn(grid, from, settings);
      if (to.sigma === 0) return [...rows, { at, next: X0 }];
      if (isBlank(at)) return [...rows, { at, next: along(at, to) }];
      return [
        ...rows,
        { at, next: along(at, to), keep: [X, epsAt(at)], endsStep: false },
        // The trapezoidal rule, with ε at both ends.
        { at: to, next: transfer(at, to, recall(0), add([0.5, recall(1)], [0.5, epsAt(to)])), keep: [] },
      ];
    }),
});
