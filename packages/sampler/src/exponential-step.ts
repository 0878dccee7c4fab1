// Exponential integrators in λ = log(α/σ): the linear part of the equation is solved exactly, and x_0 or ε is replaced by a
// polynomial through the network's predictions ("answers"). DPM-Solver, DPM-Solver++, DEIS, UniPC and SA-Solver differ only
// in the levels of the answers and in the rule for two answers (`LineRule`).
import { exp, type Level } from '@isonoise/schedule';
import { phi } from './phi.ts';
import type { Terms } from './row.ts';
import { add, epsAt, isBlank, X0 } from './terms.ts';

/** A step whose length in λ is below this value leaves the images unchanged, because its formula would divide by almost 0. */
const SHORTEST = 1e-12;

/** The variable that is a polynomial during a step: x_0 (DPM-Solver++) or ε (DPM-Solver). */
export type Variable = 'x0' | 'eps';

/** The network's prediction at a level: x_0 or ε. */
export interface Answer {
  readonly level: Level;
  readonly value: Terms;
}

/**
 * How the slope of the line through two answers is weighted.
 *
 * - `exact`: the integral of the line ("heun" in DPM-Solver).
 * - `bh1`, `bh2`: UniPC's approximations, with an error of the same order as the method's. `bh2` is "midpoint" in
 *   DPM-Solver.
 */
export type LineRule = 'exact' | 'bh1' | 'bh2';

export interface ExponentialStep {
  readonly variable: Variable;
  readonly from: Level;
  readonly to: Level;
  /** The images at `from`. */
  readonly x: Terms;
  /** The answers through which the polynomial goes, at different levels. */
  readonly answers: readonly Answer[];
  /** Rule for two answers. Default `exact`. */
  readonly line?: LineRule;
  /** Factor of the second derivative of the parabola through three answers. Default 1. */
  readonly curvature?: number;
  /** The share of fresh noise: η of DPM-Solver SDE, τ² of SA-Solver. Default 0. */
  readonly eta?: number;
  /** The standard normals of the step. Default: the first normals drawn for the row. */
  readonly noise?: Terms;
}

/** Returns the prediction of the current row for a variable. */
export const currentValue = (variable: Variable, at: Level): Terms => (variable === 'x0' ? X0 : epsAt(at));

/**
 * Whether a step of higher order may start at a level. It may not if the variable is ε and the level has almost no
 * signal, or if λ is infinite.
 */
export const canStartAt = (variable: Variable, level: Level): boolean =>
  variable === 'x0' ? Number.isFinite(level.lambda) : !isBlank(level);

/**
 * Computes the images at `to`. Two kinds of steps have order 1 and use the x_0 of the current row: a step to the image
 * itself, and a step from a level at which no step of higher order may start.
 */
export function exponentialStep(step: ExponentialStep): Terms {
  const { variable, from, to, x, answers, line = 'exact', curvature = 1, eta = 0 } = step;
  const noise = step.noise ?? { noise: [1] };
  if (to.sigma === 0) return X0;
  if (!canStartAt(variable, from)) return forget(from, to, x, X0, eta, noise);
  const [only] = answers;
  if (variable === 'x0' && only !== undefined && answers.length === 1)
    return forget(from, to, x, only.value, eta, noise);

  const h = to.lambda - from.lambda;
  // If a grid repeats its last level, the two levels may differ by rounding.
  if (Math.abs(h) < SHORTEST) return x;
  const z = variable === 'x0' ? -(1 + eta) * h : h;
  const scale = variable === 'x0' ? -to.alpha * z : -(1 + eta) * to.sigma * h;
  // An answer at an infinite distance has no weight.
  const used = answers.filter(({ level }) => Number.isFinite(level.lambda));
  const polynomials = lagrange(used.map(({ level }) => (level.lambda - from.lambda) / h));
  const moments = momentsOf(z, used.length, used.length === 2 ? line : 'exact', curvature);
  return add(
    [variable === 'x0' ? (to.sigma / from.sigma) * exp(-eta * h) : to.alpha / from.alpha, x],
    ...used.map(({ value }, i) => {
      const integral = (polynomials[i] ?? []).reduce((sum, c, k) => sum + c * (moments[k] ?? 0), 0);
      return [scale * integral, value] as const;
    }),
    ...noiseTerms(eta, noise, () =>
      variable === 'x0'
        ? to.sigma * Math.sqrt(2 * eta * h * phi(1, -2 * eta * h))
        : to.sigma * Math.sqrt(2 * eta * h * phi(1, 2 * h)),
    ),
  );
}

/** The weight of the slope for each rule. */
const SLOPES: Readonly<Record<LineRule, (z: number) => number>> = {
  exact: (z) => phi(2, z),
  bh1: () => 1 / 2,
  bh2: (z) => phi(1, z) / 2,
};

const FACTORIALS = [1, 1, 2, 6, 24] as const;

/** Computes the weighted integrals of θᵏ over the step: k! φ_{k+1}(z), for each k below `count`. */
function momentsOf(z: number, count: number, line: LineRule, curvature: number): readonly number[] {
  return FACTORIALS.slice(0, count).map((factorial, k) => {
    if (k === 1) return SLOPES[line](z);
    return (k === 2 ? curvature * factorial : factorial) * phi(k + 1, z);
  });
}

/** Computes a first-order step: it keeps a share e^-ηh of ε and replaces the rest with fresh noise. */
function forget(from: Level, to: Level, x: Terms, x0: Terms, eta: number, noise: Terms): Terms {
  const down = eta === 0 ? to.sigma : to.sigma * exp(-eta * (to.lambda - from.lambda));
  const ratio = down / from.sigma;
  return add(
    [ratio, x],
    [to.alpha - ratio * from.alpha, x0],
    ...noiseTerms(eta, noise, () => Math.sqrt((to.sigma - down) * (to.sigma + down))),
  );
}

function noiseTerms(eta: number, noise: Terms, factor: () => number): (readonly [number, Terms])[] {
  return eta === 0 ? [] : [[factor(), noise]];
}

/** For each node, the coefficients (of θ⁰, θ¹, …) of the polynomial that is 1 at this node and 0 at all others. */
function lagrange(nodes: readonly number[]): readonly (readonly number[])[] {
  return nodes.map((own, i) => {
    const product = [1];
    nodes.forEach((node, j) => {
      if (i !== j) multiplyByLinear(product, -node / (own - node), 1 / (own - node));
    });
    return product;
  });
}

/** Multiplies a polynomial by a + bθ, in place. */
function multiplyByLinear(polynomial: number[], a: number, b: number): void {
  polynomial.push(0);
  for (let k = polynomial.length - 1; k > 0; k--)
    polynomial[k] = a * (polynomial[k] as number) + b * (polynomial[k - 1] as number);
  polynomial[0] = a * (polynomial[0] as number);
}
