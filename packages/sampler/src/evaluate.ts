import type { Denoiser } from './denoiser.ts';
import { samplerError } from './errors.ts';
import type { StepOptions } from './step-options.ts';

/**
 * One call of the network for a batch that stands at one timestep, checked.
 *
 * @returns the network's answer, `[B, …]`
 * @throws the signal's reason where aborted; `SAMPLER_OUTPUT` (length), `SAMPLER_NON_FINITE`
 */
export async function evaluate(
  denoise: Denoiser,
  x: Float32Array,
  t: number,
  { images, labels, signal }: StepOptions,
): Promise<Float32Array> {
  signal?.throwIfAborted();
  const output = await denoise(x, new Float32Array(images.length).fill(t), labels);
  signal?.throwIfAborted();
  if (output.length !== x.length) {
    throw samplerError(
      'SAMPLER_OUTPUT',
      `denoise at t = ${t}: got ${output.length} values, want ${x.length}, as many as x. ` +
        'A network that also predicts variances is not supported.',
    );
  }
  // One pass: the float64 sum of finite float32 values cannot overflow, and NaN or ∞ cannot leave it.
  let sum = 0;
  for (let i = 0; i < output.length; i++) sum += output[i] as number;
  if (!Number.isFinite(sum)) {
    throw samplerError(
      'SAMPLER_NON_FINITE',
      `denoise at t = ${t}: the network's answer holds NaN or infinity. Look at its weights, at the precision it runs in, or at the scale of guidance.`,
    );
  }
  return output;
}
