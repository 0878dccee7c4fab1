import type { Level } from '@isonoise/schedule';
import type { Terms } from './row.ts';

/** The current images. */
export const X: Terms = Object.freeze({ x: 1 });

/** The estimate of x_0. */
export const X0: Terms = Object.freeze({ x0: 1 });

const onlyArray = (k: number): Terms =>
  Object.freeze({ memory: Object.freeze([...new Array<number>(k).fill(0), 1]) });

/** The terms of the first arrays of the memory, made once because rows recall these arrays often. */
const RECALLED: readonly Terms[] = Array.from({ length: 8 }, (_, k) => onlyArray(k));

/** Array k of the memory. */
export const recall = (k: number): Terms => RECALLED[k] ?? onlyArray(k);

/** The ε of the (clipped) x_0 at a level: (x - alpha x_0) / sigma. */
export function epsAt({ alpha, sigma }: Level): Terms {
  return { x: 1 / sigma, x0: -alpha / sigma };
}

/** Computes Σ factor · terms. */
export function add(...parts: readonly (readonly [factor: number, terms: Terms])[]): Terms {
  const sum = { x: 0, x0: 0, eps: 0, memory: [], noise: [] };
  for (const [factor, { x = 0, x0 = 0, eps = 0, memory, noise }] of parts) {
    sum.x += factor * x;
    sum.x0 += factor * x0;
    sum.eps += factor * eps;
    addList(sum.memory, factor, memory);
    addList(sum.noise, factor, noise);
  }
  return sum;
}

function addList(sum: number[], factor: number, list: readonly number[] = []): void {
  for (let k = 0; k < list.length; k++) sum[k] = (sum[k] ?? 0) + factor * (list[k] as number);
}

/**
 * Moves x from one level to another along a constant x_0. This is a DDIM step, the first-order step of all
 * deterministic samplers. A step to the image gives exactly x_0.
 */
export function along(from: Level, to: Level): Terms {
  const ratio = to.sigma / from.sigma;
  return { x: ratio, x0: to.alpha - ratio * from.alpha };
}

/** Moves images x from one level to another along a constant ε: the step of {@link along}, expressed by ε. */
export function transfer(from: Level, to: Level, x: Terms, eps: Terms): Terms {
  const ratio = to.alpha / from.alpha;
  return add([ratio, x], [to.sigma - ratio * from.sigma, eps]);
}

/**
 * Adds fresh noise to images x up to a noisier level, as the forward process does.
 *
 * @param noiseScale factor of the noise. Default 1
 */
export function renoise(from: Level, to: Level, x: Terms, noiseScale = 1): Terms {
  const ratio = to.alpha / from.alpha;
  const kept = ratio * from.sigma;
  return add([ratio, x], [noiseScale * Math.sqrt((to.sigma - kept) * (to.sigma + kept)), { noise: [1] }]);
}

/**
 * Whether a level has almost no signal. Methods that average the ε of both ends of a step must not start there: they
 * multiply errors of ε by half the step in sigma / alpha, which is above 500 at such a level.
 */
export const isBlank = ({ alpha }: Level): boolean => alpha < 1e-3;
