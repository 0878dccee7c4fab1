import { type IsonoiseError, isIsonoiseError } from '@isonoise/error';
import { type DenoiserHandle, runtimeError } from '@isonoise/runtime';
import type { Denoiser } from '@isonoise/sampler';

export interface RestartingOptions {
  /** Reopens the model after its thread ended. */
  readonly open: () => Promise<DenoiserHandle>;
  readonly onRestart: (reason: IsonoiseError) => void;
}

/**
 * Wraps a handle so that its thread is replaced if it ends unexpectedly. The running call fails with
 * `RUNTIME_WORKER`; the next call reopens the model, or fails with the reason why it cannot be opened.
 *
 * @param first an open handle; ownership passes to the result
 */
export function restarting(
  first: DenoiserHandle,
  { open, onRestart }: RestartingOptions,
): Pick<DenoiserHandle, 'denoise' | 'dispose'> {
  let current: DenoiserHandle | undefined = first;
  let disposed = false;

  const reopen = async (): Promise<DenoiserHandle> => {
    const handle = await open();
    if (!disposed) return handle;
    await handle.dispose();
    throw runtimeError('RUNTIME_DISPOSED', 'denoise: the model was disposed while it was being reopened.');
  };
  const denoise: Denoiser = async (x, t, labels) => {
    const handle = current ?? (await reopen());
    current = handle;
    try {
      return await handle.denoise(x, t, labels);
    } catch (error) {
      if (isIsonoiseError(error) && error.code === 'RUNTIME_WORKER') {
        current = undefined;
        await handle.dispose();
        onRestart(error);
      }
      throw error;
    }
  };
  return {
    denoise,
    async dispose() {
      disposed = true;
      await current?.dispose();
    },
  };
}
