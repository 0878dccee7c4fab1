// Flow matching along straight lines (Liu et al. 2023, Lipman et al. 2023): dx/dσ = u, where u = ε - x_0. diffusers:
// FlowMatchEulerDiscreteScheduler, FlowMatchHeunDiscreteScheduler.
import { type Level, requireFlow, withShift } from '@isonoise/schedule';
import { defineSampler, fewSteps, type Grid, type Sampler } from './define-sampler.ts';
import { mapSteps } from './map-steps.ts';
import type { Row, Terms } from './row.ts';
import { add, along, recall, X, X0 } from './terms.ts';

/** The velocity of the (clipped) x_0 at a level: u = (x - x_0) / σ. */
const velocityAt = ({ sigma }: Level): Terms => ({ x: 1 / sigma, x0: -1 / sigma });

function mapShifted(
  { schedule, levels }: Grid,
  shift: number,
  make: (from: Level, to: Level) => Row | readonly Row[],
): readonly Row[] {
  return mapSteps(
    { schedule, levels: withShift(levels, requireFlow('flow sampler', schedule), shift) },
    make,
  );
}

export const flowEuler: Sampler = defineSampler({
  process: 'flow',
  defaultSteps: fewSteps(50),
  settings: { shift: 1 },
  // x + (σ_to - σ) u, where u is expressed by x and x_0.
  rows: (grid, { shift }) => mapShifted(grid, shift, (at, to) => ({ at, next: along(at, to) })),
});

export const flowHeun: Sampler = defineSampler({
  process: 'flow',
  defaultSteps: fewSteps(25),
  settings: { shift: 1 },
  rows: (grid, { shift }) =>
    mapShifted(grid, shift, (at, to) => {
      if (to.sigma === 0) return { at, next: X0 };
      const half = (to.sigma - at.sigma) / 2;
      return [
        { at, next: along(at, to), keep: [X, velocityAt(at)], endsStep: false },
        { at: to, next: add([1, recall(0)], [half, recall(1)], [half, velocityAt(to)]), keep: [] },
      ];
    }),
});
