import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { TfjsWasmAssets } from './training-protocol.ts';

/**
 * Makes ready the tfjs backend that an exported graph is compared with: on one thread, because an export runs it for a
 * moment only and its threads would outlast that.
 *
 * @returns the backend's name
 */
export function startTfjsWasm({ threaded, simd, plain }: TfjsWasmAssets): string {
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths({
    // Not fetched without threads, but the package wants to know all three.
    'tfjs-backend-wasm-threaded-simd.wasm': threaded,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm.wasm': plain,
  });
  return 'wasm';
}
