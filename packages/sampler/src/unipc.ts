// Zhao et al., "UniPC: A Unified Predictor-Corrector Framework" (2023), second order, B(h) = e^h - 1 ("bh2"), for x_0.
// Each network call serves twice: it corrects the step that led to its level, and predicts the next.
import type { Level } from '@isonoise/schedule';
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { mapSteps } from './map-steps.ts';
import { phi } from './phi.ts';
import type { Terms } from './row.ts';
import { add, recall, X, X0 } from './terms.ts';

/**
 * A step x → to from (x_0 at the start, x_0 before it), with the differences weighted: `before` that to the earlier x_0,
 * `after` that to the x_0 at the end, which only the corrector knows.
 */
function step(
  from: Level,
  to: Level,
  start: { readonly x: Terms; readonly x0: Terms },
  differences: readonly (readonly [number, Terms])[],
): Terms {
  const h = to.lambda - from.lambda;
  const weight = to.alpha * h * phi(1, -h);
  return add(
    [to.sigma / from.sigma, start.x],
    [weight, start.x0],
    ...differences.map(([factor, terms]) => [weight * factor, terms] as const),
  );
}

/** x corrected by the x_0 that the network sees at `at`. Memory: x at the start, x_0 there, x_0 before it. */
function correct(before: Level | undefined, from: Level, at: Level): Terms {
  const end = add([1, X0], [-1, recall(1)]);
  const start = { x: recall(0), x0: recall(1) };
  if (before === undefined) return step(from, at, start, [[0.5, end]]);
  const h = at.lambda - from.lambda;
  const r = (before.lambda - from.lambda) / h;
  // Solves ρ_1 + ρ_2 = b_1, r ρ_1 + ρ_2 = b_2.
  const b1 = phi(2, -h) / phi(1, -h);
  const b2 = (2 * phi(3, -h)) / phi(1, -h);
  const rho = (b1 - b2) / (1 - r);
  return step(from, at, start, [
    [rho, add([1 / r, recall(2)], [-1 / r, recall(1)])],
    [b1 - rho, end],
  ]);
}

export const unipc: Sampler = defineSampler({
  title: 'UniPC',
  summary: 'second-order predictor and corrector with one call a step; for 5 to 20 steps',
  source: 'Zhao et al. 2023, bh2',
  defaultSteps: fewSteps(20),
  settings: {},
  rows: (grid) =>
    mapSteps(grid, (at, to, i) => {
      // The step to the image is of first order, and its result needs no x.
      if (to.sigma === 0) return { at, next: X0, keep: [] };
      const [before, from] = [grid.levels[i - 2], grid.levels[i - 1]];
      const x = from === undefined ? X : correct(before, from, at);
      if (from === undefined) return { at, next: step(at, to, { x, x0: X0 }, []), keep: [x, X0] };
      const r = (from.lambda - at.lambda) / (to.lambda - at.lambda);
      const earlier = add([1 / r, recall(1)], [-1 / r, X0]);
      return { at, next: step(at, to, { x, x0: X0 }, [[0.5, earlier]]), keep: [x, X0, recall(1)] };
    }),
});
