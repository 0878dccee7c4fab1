import { plural, showValue } from '@isonoise/error';
import type { Fail } from './plan-limits.ts';
import type { SamplingPlan } from './sampling-plan.ts';

/** Images from which a run starts instead of noise. */
export interface GivenStart {
  /**
   * `[B, C, H, W]`: images in [-1, 1] if the sampler inverts, otherwise noisy images at the first level of the run. The
   * array is not changed.
   */
  readonly x: Float32Array;
  /** Number of steps that are skipped at the beginning of the run. Default 0. */
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

/** Checks the images from which a planned run starts: their size, and each value. */
export function checkGiven(
  x: unknown,
  { images, shape: { channels, height, width }, sampler, steps }: SamplingPlan,
  fail: Fail,
): Float32Array {
  if (!(x instanceof Float32Array)) return fail(`start.x is ${showValue(x)}; expected a Float32Array.`);
  const length = images.length * channels * height * width;
  if (x.length !== length) {
    return fail(
      `start.x has ${plural(x.length, 'value')}; expected ${length} for ${plural(images.length, 'image')} of [${channels}, ${height}, ${width}].`,
    );
  }
  const wrong = wrongValue(x, steps[0]?.[0] === -1 ? `sampler "${sampler}"` : null);
  return wrong === null ? x : fail(`start.x[${wrong.index}] is ${wrong.found}; expected ${wrong.expected}.`);
}

/** A value out of range in the images from which a run starts. */
export interface WrongValue {
  readonly index: number;
  readonly found: number;
  readonly expected: string;
}

/**
 * Finds the first value out of range in the images from which a run starts.
 *
 * @param taker name of the sampler or option that requires images without noise; null if the images may be noisy
 */
export function wrongValue(x: Float32Array, taker: string | null): WrongValue | null {
  const most = taker === null ? MOST_NOISY : 1;
  // The comparison is also false for NaN.
  const index = x.findIndex((value) => !(Math.abs(value) <= most));
  if (index < 0) return null;
  const reason = taker === null ? '' : `, because ${taker} starts from images`;
  return {
    index,
    found: x[index] ?? Number.NaN,
    expected: `finite values in [${-most}, ${most}]${reason}`,
  };
}
