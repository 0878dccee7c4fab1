/** Subpath `@isonoise/runtime-web/ort`: loads ONNX Runtime in custom workers. */
import { runtimeError } from '@isonoise/runtime/worker';
import { bundledAssets, type OrtAssets, type OrtBuild } from './ort-assets.ts';

export { forWasm } from './for-wasm.ts';
export type { OrtAssets, OrtBuild, OrtFiles } from './ort-assets.ts';
export { findGpu, type GpuFacts } from './provider/gpu.ts';
export { yieldToMessages } from './yield-to-messages.ts';

/** The module of a build. Both builds have the types of onnxruntime-common. */
export type OrtModule = typeof import('onnxruntime-web/wasm');

export interface LoadOrtOptions {
  readonly build: OrtBuild;
  /** URLs of ONNX Runtime's files. Default: {@link bundledAssets}. */
  readonly assets?: OrtAssets | undefined;
  /** Threads of WebAssembly; more than 1 requires `crossOriginIsolated`. Default 1. */
  readonly threads?: number | undefined;
}

/** Entry points of the builds. The package's root would include every provider. */
const ENTRIES: Readonly<Record<OrtBuild, () => Promise<OrtModule>>> = {
  wasm: () => import('onnxruntime-web/wasm'),
  webgpu: () => import('onnxruntime-web/webgpu'),
};

/** Builds loaded in this worker. Each build starts its threads once and silently ignores later settings. */
const loaded = new Map<OrtBuild, { readonly threads: number; readonly module: Promise<OrtModule> }>();

/**
 * Loads a build of ONNX Runtime, and sets the URLs of its files and its number of threads. Call it in a Web Worker,
 * because `InferenceSession.run` blocks the calling thread.
 *
 * @returns the module. Further calls for the same build return the promise of the first call, and ignore `assets`.
 * @throws `RUNTIME_REQUEST` if several threads are requested on a page that is not isolated, or this worker already
 *   runs this build with a different number of threads
 */
export function loadOrt({ build, assets = bundledAssets, threads = 1 }: LoadOrtOptions): Promise<OrtModule> {
  if (threads > 1 && !crossOriginIsolated) {
    throw runtimeError(
      'RUNTIME_REQUEST',
      `loadOrt: threads is ${threads} on a page that is not cross-origin isolated; expected 1. For more, serve the page ` +
        'with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.',
    );
  }
  const before = loaded.get(build);
  if (before !== undefined && before.threads !== threads) {
    throw runtimeError(
      'RUNTIME_REQUEST',
      `loadOrt: threads is ${threads}, but this worker already runs the ${build} build with ${before.threads}; expected the same number. Use a different worker.`,
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
  // Errors are thrown, so they need not appear in the page's console.
  ort.env.logLevel = 'fatal';
  return ort;
}
