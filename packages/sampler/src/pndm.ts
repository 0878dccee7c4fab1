// Liu et al., "Pseudo Numerical Methods for Diffusion Models on Manifolds" (2022), Algorithm 2. The first three steps are
// pseudo Runge-Kutta steps of four calls; the later steps are pseudo Adams-Bashforth steps. diffusers: PNDMScheduler.
import { type Level, levelAt } from '@isonoise/schedule';
import { extrapolate } from './adams.ts';
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { mapSteps } from './map-steps.ts';
import type { Row, Terms } from './row.ts';
import { add, along, epsAt, isBlank, recall, transfer, X } from './terms.ts';

const WARM_UP = 3;

/** Fourth-order Runge-Kutta step that moves along DDIM's step. `kept` are the ε that later steps use. */
function rungeKutta(at: Level, middle: Level, to: Level, kept: readonly Terms[]): readonly Row[] {
  const history = kept.map((_, k) => recall(k));
  const [x, sum] = [recall(kept.length), recall(kept.length + 1)];
  const summed = (weight: number, level: Level): Terms => add([1, sum], [weight, epsAt(level)]);
  const inner = { endsStep: false } as const;
  return [
    { at, next: along(at, middle), keep: [...kept, X, add([1 / 6, epsAt(at)])], ...inner },
    {
      at: middle,
      next: transfer(at, middle, x, epsAt(middle)),
      keep: [...history, x, summed(1 / 3, middle)],
      ...inner,
    },
    {
      at: middle,
      next: transfer(at, to, x, epsAt(middle)),
      keep: [...history, x, summed(1 / 3, middle)],
      ...inner,
    },
    { at: to, next: transfer(at, to, x, summed(1 / 6, to)), keep: history },
  ];
}

export const pndm: Sampler = defineSampler({
  process: 'diffusion',
  defaultSteps: fewSteps(50),
  settings: {},
  rows: (grid) =>
    mapSteps(grid, (at, to, step) => {
      const earlier = Array.from({ length: Math.min(step, WARM_UP) }, (_, k) => recall(k));
      const kept = to.sigma === 0 ? [] : [epsAt(at), ...earlier].slice(0, WARM_UP);
      if (step < WARM_UP && to.sigma !== 0) {
        if (isBlank(at)) return { at, next: along(at, to), keep: kept };
        // The middle is rounded to a whole timestep, as in the paper's code.
        const middle = levelAt(grid.schedule, Math.max(to.t, Math.floor((at.t + to.t) / 2)));
        return rungeKutta(at, middle, to, kept);
      }
      return { at, next: transfer(at, to, X, extrapolate([epsAt(at), ...earlier])), keep: kept };
    }),
});
