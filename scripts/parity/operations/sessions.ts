import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { InferenceSession } from 'onnxruntime-node';
import type { OpenSession } from './compare-operations.ts';

/** Opens sessions of ONNX Runtime on one thread of the CPU. */
export const nodeSessions: OpenSession = (onnx, optimize) =>
  InferenceSession.create(onnx, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    graphOptimizationLevel: optimize ? 'all' : 'disabled',
    extra: { session: { disable_quant_qdq: '1' } },
    logSeverityLevel: 3,
  });

/**
 * Opens sessions of ONNX Runtime's WebAssembly on one thread, in Node. WebAssembly defines every bit of its arithmetic, so
 * the results are those of a browser.
 */
export async function wasmSessions(): Promise<OpenSession> {
  const folder = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
  const ort = (await import(
    pathToFileURL(path.join(folder, 'ort.wasm.min.mjs')).href
  )) as typeof import('onnxruntime-web/wasm');
  const [mjs, wasm] = ['mjs', 'wasm'].map((end) => path.join(folder, `ort-wasm-simd-threaded.${end}`)) as [
    string,
    string,
  ];
  ort.env.wasm.wasmPaths = { mjs: pathToFileURL(mjs).href };
  ort.env.wasm.wasmBinary = new Uint8Array(await readFile(wasm)).buffer;
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'fatal';
  return (onnx, optimize) =>
    ort.InferenceSession.create(onnx, {
      executionProviders: ['wasm'],
      graphOptimizationLevel: optimize ? 'all' : 'disabled',
      extra: { session: { disable_quant_qdq: '1' } },
    });
}
