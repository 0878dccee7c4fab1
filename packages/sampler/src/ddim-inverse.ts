// DDIM's step with η = 0 in the reverse direction (Song et al. 2021, section 4.3): from less noise to more, with the ε that
// the network predicts at the noisier level. diffusers: DDIMInverseScheduler.
import type { Level } from '@isonoise/schedule';
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { mapSteps } from './map-steps.ts';
import type { NetworkRow } from './row.ts';
import { along } from './terms.ts';

/**
 * The step from one level to a noisier one. The network gets the time of the noisier level, because DDIM calls it at
 * that level. As in `ddim`, ε is computed from the clipped x_0. With the predicted ε, the step back to the images would
 * not be the inverse of this step.
 */
export const noiseStep = (from: Level, to: Level): NetworkRow => ({
  at: to,
  of: from,
  // At the image itself, ε cannot be computed from x and x_0, so the predicted ε is used.
  next: from.sigma === 0 ? { x: to.alpha, eps: to.sigma } : along(from, to),
});

export const ddimInverse: Sampler = defineSampler({
  inverts: () => 'ddim',
  defaultSteps: fewSteps(50),
  settings: {},
  rows: (grid) => mapSteps(grid, noiseStep),
});
