import type { NodeProviderName } from '@isonoise/runtime/provider-names';
import { importOnnxRuntime, THREAD_WAITING } from '@isonoise/runtime-node';
import type { SessionFactory } from '@isonoise/train';
import { CliError } from './errors.ts';

export interface NodeSessionOptions {
  readonly provider: NodeProviderName;
  /** Number of threads for each operator; null for the default of ONNX Runtime, one per core. */
  readonly threads: number | null;
}

/**
 * Returns a factory for sessions of onnxruntime-node in this thread, for training and export. Sampling uses a
 * separate thread of `@isonoise/runtime-node`.
 *
 * @returns a factory that rejects with `RUNTIME_PROVIDER` if onnxruntime-node is not installed, and with
 *   `CLI_ENGINE_UNAVAILABLE` if the provider cannot run the graph
 */
export function createNodeSession({ provider, threads }: NodeSessionOptions): SessionFactory {
  return async (model) => {
    const { InferenceSession } = await importOnnxRuntime();
    try {
      return await InferenceSession.create(model, {
        executionProviders: [provider],
        ...(threads === null ? {} : { intraOpNumThreads: threads }),
        extra: {
          session: {
            // Some gradients and Adam moments fall below 1e-38, where CPUs compute slowly.
            set_denormal_as_zero: '1',
            // Threads that sample have the same setting, so golden images have the same bits. With this
            // setting, 8-bit weights are converted to float32 only once.
            disable_quant_qdq: '1',
            intra_op: THREAD_WAITING,
          },
        },
        // Log only errors, because warnings about merged nodes do not help users.
        logSeverityLevel: 3,
      });
    } catch (cause) {
      throw new CliError(
        'CLI_ENGINE_UNAVAILABLE',
        `onnxruntime: a session on provider ${provider} could not be created: ${cause instanceof Error ? cause.message : String(cause)}\n` +
          (provider === 'cpu'
            ? 'The graph is invalid. Please report this error with the configuration.'
            : 'Use --provider cpu, or install the libraries that the provider needs. No other provider was tried.'),
        { cause },
      );
    }
  };
}
