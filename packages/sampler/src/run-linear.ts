import type { TimestepPair } from '@isonoise/schedule';
import type { Denoiser } from './denoiser.ts';
import { evaluate } from './evaluate.ts';
import { SamplerError } from './sampler-error.ts';
import { type LinearStep, takeLinearStep } from './step-image.ts';
import type { SamplerStep, StepOptions } from './step-options.ts';

/**
 * The loop of every sampler whose step is one network call and a {@link LinearStep}.
 *
 * @param x x_T, `[B, …]`; not written to
 * @param coefficients of the step from t to tPrev
 */
export async function* runLinear(
  denoise: Denoiser,
  x: Float32Array,
  steps: readonly TimestepPair[],
  options: StepOptions,
  coefficients: (t: number, tPrev: number) => LinearStep,
): AsyncGenerator<SamplerStep, void, undefined> {
  const { images, noise, firstStep = 0 } = options;
  const size = x.length / images.length;
  if (!Number.isInteger(size)) {
    throw new SamplerError(
      'SAMPLER_REQUEST',
      `sampler: x holds ${x.length} values for ${images.length} images, want a multiple of the number of images.`,
    );
  }
  const z = new Float32Array(size);
  let state = x;
  for (const [index, [t, tPrev]] of steps.entries()) {
    if (index < firstStep) continue;
    const output = await evaluate(denoise, state, t, options);
    const step = coefficients(t, tPrev);
    const next = new Float32Array(x.length);
    const x0 = new Float32Array(x.length);
    for (const [b, image] of images.entries()) {
      const [start, end] = [b * size, (b + 1) * size];
      if (step.sigma !== 0) noise(z, image, index);
      takeLinearStep(step, {
        x: state.subarray(start, end),
        output: output.subarray(start, end),
        noise: step.sigma === 0 ? undefined : z,
        next: next.subarray(start, end),
        x0: x0.subarray(start, end),
      });
    }
    state = next;
    yield { index, t, tPrev, x: next, x0 };
  }
}
