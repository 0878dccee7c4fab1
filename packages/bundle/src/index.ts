export { bundleRoot } from './bundle-root.ts';
export { type CheckedFile, checkFile } from './check-file.ts';
export { type BundleErrorCode, bundleError } from './errors.ts';
export { BUNDLE_PATHS, type BundleFiles, isBundlePath, memoryFiles } from './files.ts';
export { GOLDEN_VALUES, type Golden, type GoldenValues } from './golden.ts';
export { isGuidable, whyNotGuidable } from './guidable.ts';
export { isJsonObject, type JsonObject, type JsonValue, parseJsonObject } from './json.ts';
export { lineEndsNote, otherLineEnds } from './line-ends.ts';
export { type FileRecord, type Manifest, mostBytes, parseManifest } from './manifest.ts';
export { type ModelCardOptions, modelCard } from './model-card.ts';
export { toOnnxMetadata } from './onnx-metadata.ts';
export { readOnnxMetadata } from './onnx-metadata-reader.ts';
export { isPythonFile, withoutWeightsExtension } from './python-files.ts';
export {
  type Bundle,
  type BundleWeights,
  type ReadBundleOptions,
  readBundle,
  readBundleFile,
  readWeights,
  SAMPLING_PATHS,
} from './read-bundle.ts';
export { readModelCard } from './read-model-card.ts';
export { decodeSafetensors } from './safetensors/decode.ts';
export type { SafeTensorArrays, SafeTensorDtype } from './safetensors/dtype.ts';
export { encodeSafetensors } from './safetensors/encode.ts';
export { FLOAT_TYPES, isFloatType, toFloat32 } from './safetensors/float-values.ts';
export type { SafeTensor, SafeTensorsFile } from './safetensors/tensor.ts';
export { type SchedulerSettings, toSchedulerConfig, withSampler } from './schedule-mapping.ts';
export type { SchedulerClassName } from './scheduler-classes.ts';
export {
  type DiffusionSchedulerConfig,
  type FlowSchedulerConfig,
  parseSchedulerConfig,
  type SchedulerConfig,
} from './scheduler-config.ts';
export {
  isFlow,
  predictsVariances,
  type SchedulerMeaning,
  schedulerMeaning,
  schedulerProcess,
} from './scheduler-meaning.ts';
export type { SamplerChoice } from './scheduler-note.ts';
export { spacingText } from './scheduler-spacing.ts';
export { sha256Hex } from './sha256.ts';
export { type OnnxFile, readOnnxFile, toSingleFile } from './single-file.ts';
export { spacingRuleSchema } from './spacing-schema.ts';
export type { ClassSpec, ModelSpec, PixelMeaning, TagSpec } from './spec.ts';
export { outputChannels, pixelsOf } from './spec.ts';
export { specOfManifest } from './spec-of-manifest.ts';
export { TENSOR_NAMES } from './tensor-names.ts';
export { networkTime, toSchedule, toScheduleConfig, toTimesteps } from './to-schedule.ts';
export { type FileCheck, type FileStatus, type VerifyReport, verifyBundle } from './verify-bundle.ts';
export { type BundleParts, resealBundle, writeBundle } from './write-bundle.ts';
/** @public */
export { ZIP_LIMITS, type ZipArchive, type ZipLimits } from './zip/zip-directory.ts';
export { type Inflate, type ZipEntries, zipEntries, zipFiles } from './zip/zip-files.ts';
