// DPM-Solver-2 of k-diffusion (sample_dpm_2, sample_dpm_2_ancestral): the midpoint rule, with the midpoint in log σ/α. The
// ε at the midpoint moves the images over the whole step. diffusers: KDPM2DiscreteScheduler,
// KDPM2AncestralDiscreteScheduler.
import { type Level, levelAtLambda } from '@isonoise/schedule';
import { ancestral } from './ancestral.ts';
import { defineSampler, fewSteps, type Grid, type Sampler } from './define-sampler.ts';
import { mapSteps } from './map-steps.ts';
import type { Row } from './row.ts';
import { add, along, epsAt, isBlank, recall, transfer, X, X0 } from './terms.ts';

function midpointStep({ schedule }: Grid, at: Level, to: Level, eta: number): readonly Row[] {
  if (to.sigma === 0) return [{ at, next: X0 }];
  const { down, up } = ancestral(at, to, eta);
  const noise = { noise: [up] };
  if (isBlank(at)) return [{ at, next: { ...along(at, down), ...noise } }];
  const middle = levelAtLambda(schedule, (at.lambda + down.lambda) / 2);
  return [
    { at, next: along(at, middle), keep: [X], endsStep: false },
    { at: middle, next: add([1, transfer(at, down, recall(0), epsAt(middle))], [1, noise]), keep: [] },
  ];
}

export const dpm2: Sampler = defineSampler({
  defaultSteps: fewSteps(25),
  settings: {},
  rows: (grid) => mapSteps(grid, (at, to) => midpointStep(grid, at, to, 0)),
});

export const dpm2Ancestral: Sampler = defineSampler({
  defaultSteps: fewSteps(25),
  settings: { eta: 1 },
  rows: (grid, { eta }) => mapSteps(grid, (at, to) => midpointStep(grid, at, to, eta)),
});
