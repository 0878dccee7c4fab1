import { type IsonoiseError, isIsonoiseError } from '@isonoise/error';
import { type DenoiserHandle, runtimeError } from '@isonoise/runtime';
import type { Denoiser } from '@isonoise/sampler';

export interface RestartingOptions {
  /** Opens the model again after its thread ended. */
  readonly open: () => Promise<DenoiserHandle>;
  readonly onRestart: (reason: IsonoiseError) => void;
}

/**
 * A handle whose thread is replaced when it ends by itself. The call that was inside fails with `RUNTIME_WORKER`; the
 * next one opens the model anew, and fails with the reason where that cannot be done.
 *
 * @param first an open handle, taken over
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
    throw runtimeError('RUNTIME_DISPOSED', 'denoise: the model was disposed of while it was opened anew.');
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
