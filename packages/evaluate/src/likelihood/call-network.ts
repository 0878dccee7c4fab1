import { plural } from '@isonoise/error';
import {
  type Answer,
  type Condition,
  conditionRows,
  conditionWidth,
  type Denoiser,
  emptyLike,
  splitAnswer,
} from '@isonoise/sampler';
import { evaluateError } from '../errors.ts';

/** Images whose likelihood is measured. */
export interface LikelihoodImages {
  /** The images, `[B, C, H, W]`, as bytes scaled to [-1, 1]. */
  readonly x0: Float32Array;
  /** Number of each image, `[B]`. It selects the image's random numbers, so that results do not depend on the batch. */
  readonly numbers: readonly number[];
  /** Condition of each image for a conditional network: a class, `[B]`, or tags, `[B, K]`. */
  readonly condition?: Condition | undefined;
}

/** Options of all calls of the network. */
export interface CallOptions {
  readonly denoise: Denoiser;
  /** Maximum number of images in a call. */
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  /** Called after each call of the network, with the number of images in the call. */
  readonly onCall?: ((images: number) => void) | undefined;
}

/**
 * Calls the network once.
 *
 * @throws `SAMPLER_OUTPUT`; `EVALUATE_NON_FINITE`; the signal's reason if aborted
 */
export async function callNetwork(
  { denoise, signal, onCall }: CallOptions,
  x: Float32Array,
  t: Float32Array,
  condition: Condition | undefined,
): Promise<Answer> {
  signal?.throwIfAborted();
  const output = await denoise(x, t, condition);
  signal?.throwIfAborted();
  const answer = splitAnswer(output, x.length, t.length, 'likelihood');
  const bad = output.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw evaluateError(
      'EVALUATE_NON_FINITE',
      `likelihood: the network returned ${output[bad]} at t = ${t[Math.floor((bad * t.length) / output.length)]}; ` +
        'expected finite values. Check the weights and the precision of the network.',
    );
  }
  onCall?.(t.length);
  return answer;
}

/** Checks that the arrays of images fit together. @returns number of values per image @throws `EVALUATE_SHAPE` */
export function imageSize({ x0, numbers, condition }: LikelihoodImages): number {
  const size = x0.length / numbers.length;
  const width = condition === undefined ? 1 : conditionWidth(condition, numbers.length);
  if (Number.isInteger(size) && size > 0 && Number.isInteger(width) && width > 0) return size;
  throw evaluateError(
    'EVALUATE_SHAPE',
    `likelihood: got ${plural(x0.length, 'value')}, ${plural(numbers.length, 'image number')} and ${condition?.length ?? 'no'} values of a condition; ` +
      'expected whole images, one number per image, and conditions of equal size. Correct the arrays.',
  );
}

/** Returns the conditions of some images, in the given order. @param count total number of images */
export function pickConditions(
  condition: Condition | undefined,
  count: number,
  images: readonly number[],
): Condition | undefined {
  if (condition === undefined) return undefined;
  const width = conditionWidth(condition, count);
  const picked = emptyLike(condition, images.length * width);
  images.forEach((image, k) => {
    picked.set(conditionRows(condition, count, image, image + 1), k * width);
  });
  return picked;
}
