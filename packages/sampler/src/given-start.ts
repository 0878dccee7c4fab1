import type { Fail } from './check-plan.ts';
import type { SamplingPlan } from './sampling-plan.ts';
import { showValue } from './show-value.ts';

/** Images that a run begins with instead of noise. */
export interface GivenStart {
  /** `[B, C, H, W]`, at the level where the run begins: images in [-1, 1], or noisy ones. The array is not changed. */
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
  const isImage = steps[0]?.[0] === -1;
  const most = isImage ? 1 : MOST_NOISY;
  // The comparison is also false for NaN.
  const wrong = x.findIndex((value) => !(Math.abs(value) <= most));
  if (wrong < 0) return x;
  const what = isImage ? `, because sampler "${sampler}" begins with images` : '';
  return fail(`start.x[${wrong}] is ${x[wrong]}; expected finite values in [${-most}, ${most}]${what}.`);
}
