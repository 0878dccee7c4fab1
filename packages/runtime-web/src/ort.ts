/** Subpath `@isonoise/runtime-web/ort`: ONNX Runtime itself, ready for use, for a worker of one's own. */
import { runtimeError } from '@isonoise/runtime/worker';
import { bundledAssets, type OrtAssets, type OrtBuild } from './ort-assets.ts';

export { forWasm } from './for-wasm.ts';
export type { OrtAssets, OrtBuild, OrtFiles } from './ort-assets.ts';
export { findGpu, type GpuFacts } from './provider/gpu.ts';
export { yieldToMessages } from './yield-to-messages.ts';

/** The module, whichever the build: the types of both are those of onnxruntime-common. */
export type OrtModule = typeof import('onnxruntime-web/wasm');

export interface LoadOrtOptions {
  readonly build: OrtBuild;
  /** Default: as the bundler finds them. */
  readonly assets?: OrtAssets | undefined;
  /** Threads of WebAssembly; more than 1 only where `crossOriginIsolated`. Default 1. */
  readonly threads?: number | undefined;
}

/** Entry points by name: the package's root would bring every provider along. */
const ENTRIES: Readonly<Record<OrtBuild, () => Promise<OrtModule>>> = {
  wasm: () => import('onnxruntime-web/wasm'),
  webgpu: () => import('onnxruntime-web/webgpu'),
};

/** ONNX Runtime starts its threads once in a worker; later settings would be ignored in silence. */
const loaded = new Map<OrtBuild, { readonly threads: number; readonly module: Promise<OrtModule> }>();

/**
 * ONNX Runtime with its files and threads set. To be called in a Web Worker: its `run` keeps its thread.
 *
 * @throws `RUNTIME_REQUEST` threads without an isolated page, or another number than before in this worker
 */
export function loadOrt({ build, assets = bundledAssets, threads = 1 }: LoadOrtOptions): Promise<OrtModule> {
  if (threads > 1 && !crossOriginIsolated) {
    throw runtimeError(
      'RUNTIME_REQUEST',
      `loadOrt: got ${threads} threads on a page that is not cross-origin isolated; wanted 1, or the headers ` +
        'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.',
    );
  }
  const before = loaded.get(build);
  if (before !== undefined && before.threads !== threads) {
    throw runtimeError(
      'RUNTIME_REQUEST',
      `loadOrt: got ${threads} threads, but this worker runs ${before.threads} already. Use another worker.`,
    );
  }
  const module = before?.module ?? load(build, assets, threads);
  loaded.set(build, { threads, module });
  return module;
}

async function load(build: OrtBuild, assets: OrtAssets, threads: number): Promise<OrtModule> {
  const ort = await ENTRIES[build]();
  ort.env.wasm.wasmPaths = { ...assets[build] };
  ort.env.wasm.numThreads = threads;
  // What goes wrong is thrown; the console is the page's.
  ort.env.logLevel = 'fatal';
  return ort;
}
