// The linear multistep method of k-diffusion (sample_lms): in s = σ/α the equation is d(x/α)/ds = ε. The polynomial
// through the ε of the last steps is integrated over the step.
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { multistepRows } from './multistep.ts';
import { add, along, epsAt, X } from './terms.ts';

/** The nodes of Gauss's rule of two points, which is exact for polynomials of degree 3, on [-1, 1]. */
const NODES = [-1 / Math.sqrt(3), 1 / Math.sqrt(3)];

/** Integrates the polynomial of least degree that is 1 at nodes[k] and 0 at all other nodes. */
function integrateLagrange(nodes: readonly number[], k: number, from: number, to: number): number {
  const half = (to - from) / 2;
  const own = nodes[k] as number;
  const valueAt = (s: number): number =>
    nodes.reduce((product, node, j) => (j === k ? product : (product * (s - node)) / (own - node)), 1);
  return half * NODES.reduce((sum, node) => sum + valueAt(from + half * (1 + node)), 0);
}

export const lms: Sampler = defineSampler({
  defaultSteps: fewSteps(50),
  settings: { order: 4 },
  rows: (grid, { order }) =>
    multistepRows(grid, {
      order,
      answer: epsAt,
      next: (answers, to) => {
        if (answers.length === 1) return along(answers[0].level, to);
        const { alpha } = answers[0].level;
        const nodes = answers.map(({ level }) => level.sigma / level.alpha);
        const end = to.sigma / to.alpha;
        return add(
          [to.alpha / alpha, X],
          ...answers.map(
            ({ value }, k) =>
              [to.alpha * integrateLagrange(nodes, k, nodes[0] as number, end), value] as const,
          ),
        );
      },
    }),
});
