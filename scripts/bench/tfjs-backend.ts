import { env } from 'node:process';
import * as tf from '@tensorflow/tfjs-core';

/** Backends of tfjs that are compared with, and how each is brought in. */
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
 * Brings a backend in and makes it the current one. Several may live side by side; to go back to one costs nothing
 * beside a pass of a network.
 *
 * @param threads of libtensorflow, which reads them when it is first loaded; the others have one
 * @throws TfjsNodeUnavailableError `TFJS_NODE_UNAVAILABLE` for `tensorflow` where it is not installed
 */
export async function useTfjs(backend: TfjsBackend, threads: number): Promise<void> {
  if (backend === 'tensorflow') {
    env.TF_NUM_INTRAOP_THREADS = String(threads);
    env.TF_NUM_INTEROP_THREADS = '1';
    // Its greeting is no result.
    env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  }
  await LOADERS[backend]();
  if (!(await tf.setBackend(backend)))
    throw new Error(`bench: the tfjs backend ${backend} could not be started`);
  await tf.ready();
}
