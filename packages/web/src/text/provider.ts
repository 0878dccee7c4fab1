import type { ProviderName } from '@isonoise/runtime';

/** Display names of the providers. */
export const PROVIDER_TEXT: { readonly [K in ProviderName]: string } = {
  wasm: 'CPU, WebAssembly',
  webgpu: 'GPU, WebGPU',
  cpu: 'CPU, native',
  cuda: 'GPU, CUDA',
};
