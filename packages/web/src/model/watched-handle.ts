import { codeOf } from '@isonoise/error';
import type { DenoiserHandle } from '@isonoise/runtime';

/**
 * Wraps a network so that its user learns of failures after which it may be unusable, such as the end of its thread or
 * the loss of the GPU.
 *
 * @param onBroken called after each such failure
 */
export function watchedHandle(handle: DenoiserHandle, onBroken: () => void): DenoiserHandle {
  const { denoise, sample } = handle;
  const check = (error: unknown): void => {
    if (mayBeBroken(error)) onBroken();
  };
  return {
    ...handle,
    async denoise(...args) {
      try {
        return await denoise(...args);
      } catch (error) {
        check(error);
        throw error;
      }
    },
    ...(sample && {
      async *sample(request, context) {
        try {
          yield* sample(request, context);
        } catch (error) {
          // A cancelled run says nothing about the network.
          if (context.signal?.aborted !== true) check(error);
          throw error;
        }
      },
    }),
  };
}

/** Whether a network may be unusable after an error. Errors of ONNX Runtime and of the browser have no code. */
function mayBeBroken(error: unknown): boolean {
  const code = codeOf(error);
  return code === undefined || code === 'RUNTIME_WORKER';
}
