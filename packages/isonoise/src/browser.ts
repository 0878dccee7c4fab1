export { createDenoiser, loadModel, type WebRuntimeOptions as LoadOptions } from '@isonoise/runtime-web';
export * from './shared.ts';
