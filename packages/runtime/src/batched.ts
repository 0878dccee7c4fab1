import { plural } from '@isonoise/error';
import { conditionRows, type Denoiser } from '@isonoise/sampler';
import { runtimeError } from './errors.ts';

/**
 * Wraps a denoiser so that each call gets at most `batchSize` images. This bounds the memory. The network computes
 * each image independently, so the batch size does not change the result.
 *
 * @param signal checked before each call
 * @throws `RUNTIME_REQUEST` if batchSize is not a whole number ≥ 1. The returned denoiser throws
 *   `RUNTIME_OUTPUT` if the wrapped denoiser returns a wrong number of values.
 */
export function batched(denoise: Denoiser, batchSize: number, signal?: AbortSignal): Denoiser {
  if (!(Number.isSafeInteger(batchSize) && batchSize >= 1)) {
    throw runtimeError('RUNTIME_REQUEST', `batchSize is ${batchSize}; expected a whole number ≥ 1.`);
  }
  const inParts: Denoiser = async (x, t, condition) => {
    const images = t.length;
    const size = x.length / images;
    let output: Float32Array | undefined;
    for (let from = 0; from < images; from += batchSize) {
      signal?.throwIfAborted();
      const to = Math.min(images, from + batchSize);
      const part = await denoise(
        x.subarray(from * size, to * size),
        t.subarray(from, to),
        condition && conditionRows(condition, images, from, to),
      );
      // If the network predicts variances, its output has twice as many values as the images.
      output ??= new Float32Array(part.length === 2 * batchSize * size ? 2 * x.length : x.length);
      const each = output.length / images;
      if (part.length !== (to - from) * each) {
        // Without this check, missing values would become zeros.
        throw runtimeError(
          'RUNTIME_OUTPUT',
          `denoise: got ${plural(part.length, 'value')} for images ${from} to ${to - 1}; expected ${(to - from) * each}.`,
        );
      }
      output.set(part, from * each);
    }
    return output ?? new Float32Array(0);
  };
  return (x, t, condition) => (t.length <= batchSize ? denoise : inParts)(x, t, condition);
}
