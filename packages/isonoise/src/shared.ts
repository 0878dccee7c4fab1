export type {
  Bundle,
  BundleErrorCode,
  ClassSpec,
  ModelSpec,
} from '@isonoise/bundle';
export { codeOf, IsonoiseError, isIsonoiseError } from '@isonoise/error';
export {
  type ContactSheetOptions,
  contactSheet,
  encodeGif,
  encodePng,
  type GifOptions,
  type Picture,
  type PictureErrorCode,
  type PngOptions,
} from '@isonoise/picture';
export {
  createModel,
  type DenoiserHandle,
  type GoldenReport,
  type GuideModel,
  type Model,
  type ModelSampleRequest,
  type ProviderChoice,
  type RuntimeErrorCode,
} from '@isonoise/runtime';
export type { SamplerErrorCode, SampleStep } from '@isonoise/sampler';
