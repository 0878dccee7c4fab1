import { env } from 'node:process';
import * as tf from '@tensorflow/tfjs-core';

/** Loaders of the tfjs backends that the benches compare with our engines. */
const LOADERS = {
  wasm: () => import('@tensorflow/tfjs-backend-wasm'),
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  tensorflow: async () => {
    const { loadTfjsNode } = await import('@isonoise/cli');
    return loadTfjsNode();
  },
} as const satisfies Record<string, () => Promise<unknown>>;

export type TfjsBackend = keyof typeof LOADERS;

/**
 * Loads a backend and makes it the current one. Several backends can be loaded at the same time. Switching between
 * them takes little time compared with a pass of a network.
 *
 * @param threads number of threads for `tensorflow`, which reads it only when it is first loaded; other backends have
 *   one thread
 * @throws `CLI_ENGINE_UNAVAILABLE` for `tensorflow` if tfjs-node is not installed; Error if a backend does not start
 */
export async function useTfjs(backend: TfjsBackend, threads: number): Promise<void> {
  if (backend === 'tensorflow') {
    env.TF_NUM_INTRAOP_THREADS = String(threads);
    env.TF_NUM_INTEROP_THREADS = '1';
    // Hide the start-up messages of libtensorflow.
    env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  }
  await LOADERS[backend]();
  if (!(await tf.setBackend(backend)))
    throw new Error(`bench: the tfjs backend ${backend} did not start; expected it to be available`);
  await tf.ready();
}
