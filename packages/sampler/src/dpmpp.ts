// Lu et al., "DPM-Solver++" (2022): exponential integrators for x_0 in λ = log(α/σ). h is a step in λ.
// D1 and D2 are differences of x_0 that approximate its derivatives. diffusers: DPMSolverMultistepScheduler.
import type { Level } from '@isonoise/schedule';
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { type Answer, multistepRows } from './multistep.ts';
import { phi } from './phi.ts';
import type { Terms } from './row.ts';
import { add, along, X, X0 } from './terms.ts';

/** In runs with fewer steps, the last steps have a lower order, as in diffusers. */
export const LOWER_FINAL_BELOW = 15;

/** (later - earlier) / r, where r is the distance between their levels in λ, divided by h. */
export function difference(later: Answer, earlier: Answer, h: number): Terms {
  const r = (later.level.lambda - earlier.level.lambda) / h;
  return add([1 / r, later.value], [-1 / r, earlier.value]);
}

/** A second-order step by the midpoint rule; a first-order step if there is only one answer or `to` has no noise. */
function midpoint([current, before]: readonly Answer[], to: Level): Terms {
  const { level, value } = current as Answer;
  const x = to.sigma / level.sigma;
  const h = to.lambda - level.lambda;
  const first = along(level, to);
  if (before === undefined || to.sigma === 0) return first;
  // α (1 - e^-h), as in the first-order step.
  const weight = to.alpha * h * phi(1, -h);
  return add([x, X], [weight, value], [weight / 2, difference({ level, value }, before, h)]);
}

function third([current, before, first]: readonly Answer[], to: Level): Terms {
  if (current === undefined || before === undefined || first === undefined || to.sigma === 0)
    return midpoint(
      [current, before].filter((each) => each !== undefined),
      to,
    );
  const h = to.lambda - current.level.lambda;
  const r0 = (current.level.lambda - before.level.lambda) / h;
  const r1 = (before.level.lambda - first.level.lambda) / h;
  const near = difference(current, before, h);
  const far = difference(before, first, h);
  const d1 = add([1 + r0 / (r0 + r1), near], [-r0 / (r0 + r1), far]);
  const d2 = add([1 / (r0 + r1), near], [-1 / (r0 + r1), far]);
  return add(
    [to.sigma / current.level.sigma, X],
    [to.alpha * h * phi(1, -h), current.value],
    [to.alpha * h * phi(2, -h), d1],
    // As published, and in diffusers. The method would be of third order with twice this weight.
    [to.alpha * h * phi(3, -h), d2],
  );
}

export const dpmpp2m: Sampler = defineSampler({
  title: 'DPM-Solver++ 2M',
  summary: 'second order with one call a step; the first choice for 10 to 25 steps',
  source: 'Lu et al. 2022, Algorithm 2',
  defaultSteps: fewSteps(20),
  settings: {},
  rows: (grid) =>
    multistepRows(grid, {
      order: 2,
      lowerFinalBelow: LOWER_FINAL_BELOW,
      answer: () => X0,
      next: midpoint,
    }),
});

export const dpmpp3m: Sampler = defineSampler({
  title: 'DPM-Solver++ 3M',
  summary: 'combines the last three predictions, one call a step; for 15 steps or more with little guidance',
  source: 'Lu et al. 2022, section 4.2',
  defaultSteps: fewSteps(20),
  settings: {},
  rows: (grid) =>
    multistepRows(grid, {
      order: 3,
      lowerFinalBelow: LOWER_FINAL_BELOW,
      answer: () => X0,
      next: third,
    }),
});
