/** URLs of one build of ONNX Runtime: its loader (a module) and its WebAssembly. */
export interface OrtFiles {
  readonly mjs: string;
  readonly wasm: string;
}

/** A build of ONNX Runtime. `wasm` is smaller, and faster on the CPU. `webgpu` computes on the GPU. */
export type OrtBuild = 'wasm' | 'webgpu';

/** URLs of ONNX Runtime's files for each build. Only the files of the chosen build are fetched. */
export type OrtAssets = Readonly<Record<OrtBuild, OrtFiles>>;

/**
 * The files that a bundler finds in the package `onnxruntime-web` and copies under hashed names. Vite and webpack
 * support `new URL('package/file', import.meta.url)`. Without a bundler, a page must pass its own URLs.
 */
export const bundledAssets: OrtAssets = {
  wasm: {
    mjs: new URL('onnxruntime-web/ort-wasm-simd-threaded.mjs', import.meta.url).href,
    wasm: new URL('onnxruntime-web/ort-wasm-simd-threaded.wasm', import.meta.url).href,
  },
  webgpu: {
    mjs: new URL('onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs', import.meta.url).href,
    wasm: new URL('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm', import.meta.url).href,
  },
};
