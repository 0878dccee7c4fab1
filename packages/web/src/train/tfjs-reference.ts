import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { TfjsWasmAssets } from './training-protocol.ts';

/**
 * Configures the tfjs backend with which an exported graph is compared. The backend runs on one thread, because an
 * export uses it only briefly and further threads would not be freed afterwards.
 *
 * @returns the backend's name
 */
export function startTfjsWasm({ threaded, simd, plain }: TfjsWasmAssets): string {
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths({
    // Without threads this file is not fetched, but the package requires all three paths.
    'tfjs-backend-wasm-threaded-simd.wasm': threaded,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm.wasm': plain,
  });
  return 'wasm';
}
