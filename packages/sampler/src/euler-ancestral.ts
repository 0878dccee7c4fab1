// Ancestral sampling of k-diffusion: Euler's method to a lower level, then fresh noise up to the next. With eta 1 the
// step draws as much noise as the posterior q(x_tPrev | x_t, x_0) has.
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { mapSteps } from './map-steps.ts';
import { along } from './terms.ts';

export const eulerAncestral: Sampler = defineSampler({
  title: 'Euler ancestral',
  summary: "Euler's method with fresh noise in each step; more varied than euler, needs more steps",
  source: 'k-diffusion, sample_euler_ancestral',
  defaultSteps: fewSteps(50),
  settings: { eta: 1 },
  rows: (grid, { eta }) =>
    mapSteps(grid, (at, to) => {
      // (σ_up/α_to)² = η² s_to² (s² - s_to²) / s², with s = σ/α.
      const ratio = (at.alpha * to.sigma) / (at.sigma * to.alpha);
      const up = eta * to.sigma * Math.sqrt((1 - ratio) * (1 + ratio));
      const down = Math.sqrt((to.sigma - up) * (to.sigma + up));
      return { at, next: { ...along(at, { ...to, sigma: down }), noise: [up] } };
    }),
});
