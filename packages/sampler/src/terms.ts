import type { Level } from '@isonoise/schedule';
import type { Terms } from './row.ts';

/** The current images. */
export const X: Terms = Object.freeze({ x: 1 });

/** The estimate of x_0. */
export const X0: Terms = Object.freeze({ x0: 1 });

/** Array k of the memory. */
export function recall(k: number): Terms {
  return { memory: [...new Array<number>(k).fill(0), 1] };
}

/** The ε of the (clipped) x_0 at a level: (x - alpha x_0) / sigma. */
export function epsAt({ alpha, sigma }: Level): Terms {
  return { x: 1 / sigma, x0: -alpha / sigma };
}

function addLists(a: readonly number[], factor: number, b: readonly number[] = []): readonly number[] {
  const longer = a.length < b.length ? b : a;
  return longer.map((_, k) => (a[k] ?? 0) + factor * (b[k] ?? 0));
}

/** Computes Σ factor · terms. */
export function add(...parts: readonly (readonly [factor: number, terms: Terms])[]): Terms {
  return parts.reduce<Required<Terms>>(
    (sum, [factor, terms]) => ({
      x: sum.x + factor * (terms.x ?? 0),
      x0: sum.x0 + factor * (terms.x0 ?? 0),
      eps: sum.eps + factor * (terms.eps ?? 0),
      memory: addLists(sum.memory, factor, terms.memory),
      noise: addLists(sum.noise, factor, terms.noise),
    }),
    { x: 0, x0: 0, eps: 0, memory: [], noise: [] },
  );
}

/**
 * Moves x from one level to another along a constant x_0: the first-order step of all deterministic samplers, equal to
 * DDIM's. A step to the image gives exactly x_0.
 */
export function along(from: Level, to: Level): Terms {
  const ratio = to.sigma / from.sigma;
  return { x: ratio, x0: to.alpha - ratio * from.alpha };
}

/** Moves images x from one level to another along a constant ε: the same step, in the other variable. */
export function transfer(from: Level, to: Level, x: Terms, eps: Terms): Terms {
  const ratio = to.alpha / from.alpha;
  return add([ratio, x], [to.sigma - ratio * from.sigma, eps]);
}

/** Moves images x to a level with more noise by fresh noise, as the forward process does. */
export function renoise(from: Level, to: Level, x: Terms, noiseScale = 1): Terms {
  const ratio = to.alpha / from.alpha;
  const kept = ratio * from.sigma;
  return add([ratio, x], [noiseScale * Math.sqrt((to.sigma - kept) * (to.sigma + kept)), { noise: [1] }]);
}

/**
 * Whether the image is not visible at a level. Methods that use the ε of both ends of a step with equal weights must not
 * begin there, because errors of ε are multiplied by half the step in sigma / alpha, and half the step is above 500
 * there.
 */
export const isBlank = ({ alpha }: Level): boolean => alpha < 1e-3;
