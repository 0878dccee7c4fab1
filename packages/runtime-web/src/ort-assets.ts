/** URLs of one build of ONNX Runtime: its loader, a module, and its WebAssembly. */
export interface OrtFiles {
  readonly mjs: string;
  readonly wasm: string;
}

/** The builds that are used: `wasm` is small and fastest on the CPU, `webgpu` computes on the GPU. */
export type OrtBuild = 'wasm' | 'webgpu';

/** Where the page has ONNX Runtime's files, which are fetched only when their build is used. */
export type OrtAssets = Readonly<Record<OrtBuild, OrtFiles>>;

/**
 * The files that the bundler finds in the package `onnxruntime-web`, as assets with hashed names: Vite and webpack
 * understand `new URL('package/file', import.meta.url)`. Without a bundler there are none, and a page names its own.
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
