import type { Denoiser } from '@isonoise/sampler';
import { runtimeError } from './errors.ts';

/**
 * A denoiser that never hands more than `batchSize` images to the one beneath: memory stays bounded however many are
 * sampled at once. Images do not see each other, so the answer is the same.
 *
 * @param signal looked at before each part
 * @throws `RUNTIME_REQUEST` batchSize is not a whole number from 1; from the denoiser, `RUNTIME_OUTPUT`
 *   where the one beneath gave more or fewer values than it was asked for
 */
export function batched(denoise: Denoiser, batchSize: number, signal?: AbortSignal): Denoiser {
  if (!(Number.isSafeInteger(batchSize) && batchSize >= 1)) {
    throw runtimeError('RUNTIME_REQUEST', `batchSize is ${batchSize}; wanted a whole number, at least 1.`);
  }
  return async (x, t, labels) => {
    const images = t.length;
    if (images <= batchSize) return denoise(x, t, labels);
    const size = x.length / images;
    const output = new Float32Array(x.length);
    for (let from = 0; from < images; from += batchSize) {
      signal?.throwIfAborted();
      const to = Math.min(images, from + batchSize);
      const part = await denoise(
        x.subarray(from * size, to * size),
        t.subarray(from, to),
        labels?.subarray(from, to),
      );
      if (part.length !== (to - from) * size) {
        // What is missing would be zeros, and look like an answer.
        throw runtimeError(
          'RUNTIME_OUTPUT',
          `denoise: got ${part.length} values for images ${from} to ${to - 1}; wanted ${(to - from) * size}.`,
        );
      }
      output.set(part, from * size);
    }
    return output;
  };
}
