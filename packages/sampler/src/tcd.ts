// Zheng et al., "Trajectory Consistency Distillation" (2024), Algorithm 4: a step goes along the trajectory to timestep
// s = (1-γ) t_to and then adds fresh noise up to t_to. γ is `eta` here, as in diffusers' TCDScheduler.
import { levelAt } from '@isonoise/schedule';
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { distilledTimesOf } from './distilled-times.ts';
import { mapSteps } from './map-steps.ts';
import { along, renoise, X0 } from './terms.ts';

export const tcd: Sampler = defineSampler({
  process: 'diffusion',
  defaultSteps: fewSteps(4),
  settings: { eta: 0.3, originalSteps: null },
  times: (T, n, settings) => distilledTimesOf(T, n, settings),
  rows: ({ schedule, levels }, { eta }) =>
    mapSteps({ schedule, levels }, (at, to) => {
      if (to.sigma === 0) return { at, next: X0 };
      if (eta === 0) return { at, next: along(at, to) };
      const below = levelAt(schedule, Math.floor((1 - eta) * to.t));
      return { at, next: renoise(below, to, along(at, below)) };
    }),
});
