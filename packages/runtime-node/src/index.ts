export { bundleFiles } from './bundle-files.ts';
export {
  createDenoiser,
  loadModel,
  type NodeProviderName,
  type NodeRuntimeOptions,
} from './create-denoiser.ts';
export { nodeFiles } from './node-files.ts';
export { importOnnxRuntime } from './onnx-runtime.ts';
export { isOnnxFile } from './open-bundle.ts';
export { readRegularFile } from './read-regular-file.ts';
export { THREAD_WAITING } from './thread-waiting.ts';
