import type { TimestepPair } from '@isonoise/schedule';
import type { Denoiser } from './denoiser.ts';
import { samplerError } from './errors.ts';
import { evaluate } from './evaluate.ts';
import { type LinearStep, takeLinearStep } from './linear-step.ts';
import type { ReverseStep, StepOptions } from './step-options.ts';

/**
 * Runs the loop of a sampler whose step is one network call and a {@link LinearStep}.
 *
 * @param x x_T, `[B, …]`; not written to
 * @param coefficients returns the coefficients of the step from t to tPrev
 */
export async function* runLinear(
  denoise: Denoiser,
  x: Float32Array,
  steps: readonly TimestepPair[],
  options: StepOptions,
  coefficients: (t: number, tPrev: number) => LinearStep,
): AsyncGenerator<ReverseStep, void, undefined> {
  const { images, noise, firstStep = 0 } = options;
  const size = x.length / images.length;
  if (!Number.isInteger(size)) {
    throw samplerError(
      'SAMPLER_REQUEST',
      `sampler: x has ${x.length} values for ${images.length} images; expected a multiple of the number of images.`,
    );
  }
  // The whole batch is at the same timestep, so one pass with the same coefficients covers all values.
  const normals = new Float32Array(x.length);
  let state = x;
  for (const [index, [t, tPrev]] of steps.entries()) {
    if (index < firstStep) continue;
    const output = await evaluate(denoise, state, t, options);
    const step = coefficients(t, tPrev);
    if (step.sigma !== 0) {
      for (const [b, image] of images.entries()) {
        noise(normals.subarray(b * size, (b + 1) * size), image, index);
      }
    }
    const next = new Float32Array(x.length);
    const x0 = new Float32Array(x.length);
    takeLinearStep(step, { x: state, output, noise: normals, next, x0 });
    state = next;
    yield { index, t, tPrev, x: next, x0 };
  }
}
