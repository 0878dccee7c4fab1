import { importOnnxRuntime, THREAD_WAITING } from '@isonoise/runtime-node';
import type { SessionFactory } from '@isonoise/train';
import { CliError } from './errors.ts';

export interface NodeSessionOptions {
  readonly provider: 'cpu' | 'cuda' | 'webgpu';
  /** Threads within an operator; null for ONNX Runtime's choice, one a core. */
  readonly threads: number | null;
}

/**
 * Makes sessions of onnxruntime-node in this thread, for training and export; sampling has a thread of its own in
 * `@isonoise/runtime-node`.
 *
 * @throws (the factory) `RUNTIME_PROVIDER` onnxruntime-node is not installed
 * @returns a factory that rejects with `CLI_ENGINE_UNAVAILABLE` where the provider cannot run the graph
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
            // Gradients and Adam's moments of weights that hardly matter sink below 1e-38, where CPUs are slow.
            set_denormal_as_zero: '1',
            intra_op: THREAD_WAITING,
          },
        },
        // Warnings about nodes that its optimizer merges tell a person nothing.
        logSeverityLevel: 3,
      });
    } catch (cause) {
      throw new CliError(
        'CLI_ENGINE_UNAVAILABLE',
        `onnxruntime: a session on provider ${provider} could not be made: ${cause instanceof Error ? cause.message : String(cause)}\n` +
          (provider === 'cpu'
            ? 'This is a fault of the graph: please report it with the configuration.'
            : 'Use --provider cpu, or install what the provider needs; nothing else was tried in its place.'),
        { cause },
      );
    }
  };
}
