import type { ProviderName } from '@isonoise/runtime';

/** Display names of the providers. */
export const PROVIDER_TEXT: { readonly [K in ProviderName]: string } = {
  wasm: 'CPU, WebAssembly',
  webgpu: 'GPU, WebGPU',
  cpu: 'CPU, native',
  cuda: 'GPU, CUDA',
};

/** Names of the providers in a sentence. */
const SHORT: { readonly [K in ProviderName]: string } = {
  wasm: 'WebAssembly',
  webgpu: 'WebGPU',
  cpu: 'CPU',
  cuda: 'CUDA',
};

/** Returns why a provider was chosen, with the names of providers as the page writes them. Names of files stay. */
export const reasonText = (reason: string): string =>
  reason.replace(/(?<![\w./-])(wasm|webgpu|cpu|cuda)(?![\w/-]|\.\w)/g, (name) => SHORT[name as ProviderName]);
