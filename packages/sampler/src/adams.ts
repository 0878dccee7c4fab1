// Liu et al., "Pseudo Numerical Methods for Diffusion Models on Manifolds" (2022): Adams-Bashforth methods extrapolate
// ε as if all steps had the same length. A DDIM step then uses this ε.
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { mapSteps } from './map-steps.ts';
import { multistepRows } from './multistep.ts';
import type { Terms } from './row.ts';
import { add, along, epsAt, isBlank, recall, transfer, X, X0 } from './terms.ts';

/** The weights of Adams-Bashforth methods of order 1 to 4. The weight of the latest ε is the first. */
const ADAMS: readonly (readonly number[])[] = [
  [1],
  [3 / 2, -1 / 2],
  [23 / 12, -16 / 12, 5 / 12],
  [55 / 24, -59 / 24, 37 / 24, -9 / 24],
];

/** Extrapolates ε by the method whose order is the number of given ε, at most 4. */
export function extrapolate(latestFirst: readonly Terms[]): Terms {
  const weights = ADAMS[latestFirst.length - 1] ?? [];
  return add(...latestFirst.map((terms, k) => [weights[k] ?? 0, terms] as const));
}

export const ipndm: Sampler = defineSampler({
  defaultSteps: fewSteps(25),
  settings: {},
  rows: (grid) =>
    multistepRows(grid, {
      order: ADAMS.length,
      usesPureNoise: true,
      answer: epsAt,
      next: (answers, to) => {
        if (answers.length === 1) return along(answers[0].level, to);
        const eps = extrapolate(answers.map(({ value }) => value));
        return transfer(answers[0].level, to, X, eps);
      },
    }),
});

export const plms: Sampler = defineSampler({
  defaultSteps: fewSteps(50),
  settings: {},
  rows: (grid) =>
    mapSteps(grid, (at, to, step) => {
      if (step === 0) {
        if (to.sigma === 0) return { at, next: X0 };
        if (isBlank(at)) return { at, next: along(at, to), keep: [epsAt(at)] };
        const mean = add([0.5, recall(0)], [0.5, epsAt(to)]);
        return [
          { at, next: along(at, to), keep: [epsAt(at), X], endsStep: false },
          { at: to, next: transfer(at, to, recall(1), mean), keep: [recall(0)] },
        ];
      }
      const earlier = Array.from({ length: Math.min(step, 3) }, (_, k) => recall(k));
      const kept = to.sigma === 0 ? [] : [epsAt(at), ...earlier].slice(0, 3);
      return { at, next: transfer(at, to, X, extrapolate([epsAt(at), ...earlier])), keep: kept };
    }),
});
