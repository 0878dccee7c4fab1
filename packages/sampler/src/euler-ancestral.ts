// Ancestral sampling of k-diffusion: Euler's method to a lower level, then fresh noise up to the next level of the
// run.
import { ancestral } from './ancestral.ts';
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { mapSteps } from './map-steps.ts';
import { along } from './terms.ts';

export const eulerAncestral: Sampler = defineSampler({
  defaultSteps: fewSteps(50),
  settings: { eta: 1 },
  rows: (grid, { eta }) =>
    mapSteps(grid, (at, to) => {
      const { down, up } = ancestral(at, to, eta);
      return { at, next: { ...along(at, down), noise: [up] } };
    }),
});
