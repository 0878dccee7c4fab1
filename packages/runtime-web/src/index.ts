export { createDenoiser, loadModel, type WebRuntimeOptions } from './create-denoiser.ts';
export type { LoadProgress } from './download/context.ts';
export type { OrtAssets, OrtFiles } from './ort-assets.ts';
export type { WebProviderName } from './provider/candidates.ts';
export type { ModelSource } from './sources/open-source.ts';
export { pickedFiles } from './sources/picked-files.ts';
export { indexedDbStorage } from './storage/indexed-db-storage.ts';
export { type ModelStorage, memoryStorage } from './storage/model-storage.ts';
