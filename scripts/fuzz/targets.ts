import type { FuzzTarget } from './target.ts';

/** Every target by its name on the command line. A target is imported when it runs. */
export const TARGETS = {
  trace: async () => (await import('./trace/target.ts')).traceTarget,
  idx: async () => (await import('./parsers/idx.ts')).idxTarget,
  cifar: async () => (await import('./parsers/cifar.ts')).cifarTarget,
  archives: async () => (await import('./parsers/archives.ts')).archivesTarget,
  images: async () => (await import('./parsers/images.ts')).imagesTarget,
  safetensors: async () => (await import('./parsers/safetensors.ts')).safetensorsTarget,
  pytorch: async () => (await import('./parsers/pytorch.ts')).pytorchTarget,
  diffusers: async () => (await import('./parsers/diffusers.ts')).diffusersTarget,
  checkpoint: async () => (await import('./parsers/checkpoint.ts')).checkpointTarget,
  onnx: async () => (await import('./parsers/onnx.ts')).onnxTarget,
  bundle: async () => (await import('./parsers/bundle.ts')).bundleTarget,
  zip: async () => (await import('./parsers/zip.ts')).zipTarget,
  configs: async () => (await import('./parsers/configs.ts')).configsTarget,
  'saved-sampling': async () => (await import('./parsers/saved-sampling.ts')).savedSamplingTarget,
  http: async () => (await import('./parsers/http.ts')).httpTarget,
  cli: async () => (await import('./parsers/cli.ts')).cliTarget,
} as const satisfies Readonly<Record<string, () => Promise<FuzzTarget>>>;

export type TargetName = keyof typeof TARGETS;

export const TARGET_NAMES = Object.keys(TARGETS) as TargetName[];
