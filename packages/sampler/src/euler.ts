// Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models" (2022), Algorithm 2 by Euler's method,
// for images x_t = α x_0 + σ ε. Without churn, a step of Euler's method in σ/α equals a DDIM step with η = 0.
import { churn, NO_CHURN } from './churn.ts';
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { mapSteps } from './map-steps.ts';
import { along } from './terms.ts';

export const euler: Sampler = defineSampler({
  defaultSteps: fewSteps(50),
  settings: NO_CHURN,
  rows: (grid, settings) =>
    mapSteps(grid, (from, to) => {
      const { level: at, rows } = churn(grid, from, settings);
      return [...rows, { at, next: along(at, to) }];
    }),
});
