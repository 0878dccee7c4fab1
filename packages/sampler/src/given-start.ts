import { showValue } from '@isonoise/error';
import type { Fail } from './plan-limits.ts';
import type { SamplingPlan } from './sampling-plan.ts';

/** Images that a run begins with instead of noise. */
export interface GivenStart {
  /**
   * `[B, C, H, W]`, at the level where the run begins: images in [-1, 1] if the sampler inverts, otherwise noisy
   * images. The array is not changed.
   */
  readonly x: Float32Array;
  /** Number of steps that are skipped, so that the run begins at a later level. Default 0. */
  readonly skip?: number | undefined;
}

/** Largest accepted absolute value of noisy images. Diffusion and flow matching give values below 10. */
const MOST_NOISY = 100;

/** Checks the number of skipped steps. */
export function checkSkip(skip: unknown, steps: number, fail: Fail): number {
  if (typeof skip === 'number' && Number.isInteger(skip) && skip >= 0 && skip < steps) return skip;
  return fail(
    `start.skip is ${showValue(skip)}; expected an integer in [0, ${steps - 1}], below the number of steps.`,
  );
}

/** Checks images against the plan of a run that begins with them: their number, and each value. */
export function checkGiven(
  x: unknown,
  { images, shape: { channels, height, width }, sampler, steps }: SamplingPlan,
  fail: Fail,
): Float32Array {
  if (!(x instanceof Float32Array)) return fail(`start.x is ${showValue(x)}; expected a Float32Array.`);
  const length = images.length * channels * height * width;
  if (x.length !== length) {
    return fail(
      `start.x has ${x.length} values; expected ${length} for ${images.length} images of [${channels}, ${height}, ${width}].`,
    );
  }
  const wrong = wrongValue(x, steps[0]?.[0] === -1 ? `sampler "${sampler}"` : null);
  return wrong === null ? x : fail(`start.x[${wrong.index}] is ${wrong.found}; expected ${wrong.expected}.`);
}

/** A value that a run cannot begin with. */
export interface WrongValue {
  readonly index: number;
  readonly found: number;
  readonly expected: string;
}

/**
 * Finds the first value that a run cannot begin with.
 *
 * @param taker name of the sampler or option that requires images without noise; null if the images may be noisy
 */
export function wrongValue(x: Float32Array, taker: string | null): WrongValue | null {
  const most = taker === null ? MOST_NOISY : 1;
  // The comparison is also false for NaN.
  const index = x.findIndex((value) => !(Math.abs(value) <= most));
  if (index < 0) return null;
  const reason = taker === null ? '' : `, because ${taker} begins with images`;
  return {
    index,
    found: x[index] ?? Number.NaN,
    expected: `finite values in [${-most}, ${most}]${reason}`,
  };
}
