export {
  type Bundle,
  BundleError,
  type BundleErrorCode,
  type ClassSpec,
  type ModelSpec,
} from '@isonoise/bundle';
export {
  type ContactSheetOptions,
  contactSheet,
  encodeGif,
  encodePng,
  type GifOptions,
  type Picture,
  PictureError,
  type PngOptions,
} from '@isonoise/picture';
export {
  createModel,
  type DenoiserHandle,
  type GoldenReport,
  type Model,
  type ModelSampleRequest,
  type ProviderChoice,
  ProviderError,
  RuntimeError,
  type RuntimeErrorCode,
} from '@isonoise/runtime';
export { SamplerError, type SampleStep } from '@isonoise/sampler';
