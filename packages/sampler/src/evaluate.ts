import { type Answer, splitAnswer } from './answer.ts';
import type { Denoiser } from './denoiser.ts';
import { samplerError } from './errors.ts';
import type { RunOptions } from './run-rows.ts';

/**
 * Calls the network for a batch at one timestep and checks the output.
 *
 * @returns the network's prediction, and its variances if it predicts any, each `[B, …]`
 * @throws `SAMPLER_OUTPUT` (length), `SAMPLER_NON_FINITE`; the signal's reason on abort
 */
export async function evaluate(
  denoise: Denoiser,
  x: Float32Array,
  t: number,
  { images, condition, signal }: Pick<RunOptions, 'images' | 'condition' | 'signal'>,
): Promise<Answer> {
  signal?.throwIfAborted();
  const output = await denoise(x, new Float32Array(images.length).fill(t), condition);
  signal?.throwIfAborted();
  const answer = splitAnswer(output, x.length, images.length, `denoise at t = ${t}`);
  // One pass: a float64 sum of finite float32 values cannot overflow, and NaN or ∞ stay in it.
  let sum = 0;
  for (let i = 0; i < output.length; i++) sum += output[i] as number;
  if (!Number.isFinite(sum)) {
    throw samplerError(
      'SAMPLER_NON_FINITE',
      `denoise at t = ${t}: the network's output has NaN or infinity; expected finite values. ` +
        'Check its weights, its precision and the guidance scale.',
    );
  }
  return answer;
}
