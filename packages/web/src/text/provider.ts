import type { ProviderName } from '@isonoise/runtime';

/** What computes, as people call it. */
export const PROVIDER_TEXT: { readonly [K in ProviderName]: string } = {
  wasm: 'CPU, WebAssembly',
  webgpu: 'GPU, WebGPU',
  cpu: 'CPU, native',
  cuda: 'GPU, CUDA',
};
