import { type Answer, type Denoiser, splitAnswer } from '@isonoise/sampler';
import { evaluateError } from '../errors.ts';

/** Images whose likelihood is measured. */
export interface LikelihoodImages {
  /** `[B, C, H, W]`: bytes scaled to [-1, 1]. */
  readonly x0: Float32Array;
  /** Number of each image, `[B]`. It selects the random numbers, so that an image does not depend on its batch. */
  readonly numbers: readonly number[];
  /** Class of each image, `[B]`, for a conditional network. */
  readonly labels?: Int32Array | undefined;
}

/** Options of all calls of the network. */
export interface CallOptions {
  readonly denoise: Denoiser;
  /** Largest number of images in a call. */
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  /** Called after each call with the number of images that the network computed in it. */
  readonly onCall?: ((images: number) => void) | undefined;
}

/**
 * Calls the network once.
 *
 * @throws `SAMPLER_OUTPUT`; `EVALUATE_NON_FINITE`; the signal's reason
 */
export async function callNetwork(
  { denoise, signal, onCall }: CallOptions,
  x: Float32Array,
  t: Float32Array,
  labels: Int32Array | undefined,
): Promise<Answer> {
  signal?.throwIfAborted();
  const output = await denoise(x, t, labels);
  signal?.throwIfAborted();
  const answer = splitAnswer(output, x.length, t.length, 'likelihood');
  const bad = output.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw evaluateError(
      'EVALUATE_NON_FINITE',
      `likelihood: the network returned ${output[bad]} at t = ${t[Math.floor((bad * t.length) / output.length)]}; ` +
        'expected finite values. Check its weights and precision.',
    );
  }
  onCall?.(t.length);
  return answer;
}

/** Checks the sizes of images. @returns number of values of an image @throws `EVALUATE_SHAPE` */
export function imageSize({ x0, numbers, labels }: LikelihoodImages): number {
  const size = x0.length / numbers.length;
  if (Number.isInteger(size) && size > 0 && (labels === undefined || labels.length === numbers.length))
    return size;
  throw evaluateError(
    'EVALUATE_SHAPE',
    `likelihood: got ${x0.length} values, ${numbers.length} image numbers and ${labels?.length ?? 'no'} labels; ` +
      'expected whole images, with one number and at most one label each.',
  );
}
