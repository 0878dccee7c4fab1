export { createDenoiser, loadModel, type NodeRuntimeOptions } from './create-denoiser.ts';
export { nodeFiles } from './node-files.ts';
export type { NodeProviderName } from './protocol.ts';
