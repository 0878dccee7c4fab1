export { createDenoiser, loadModel, type NodeRuntimeOptions as LoadOptions } from '@isonoise/runtime-node';
export * from './shared.ts';
