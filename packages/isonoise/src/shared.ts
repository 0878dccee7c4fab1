export type {
  Bundle,
  BundleErrorCode,
  ClassSpec,
  ModelSpec,
} from '@isonoise/bundle';
export { codeOf, IsonoiseError, isIsonoiseError } from '@isonoise/error';
export {
  type AnimationOptions,
  type Backdrop,
  type ContactSheetOptions,
  contactSheet,
  encodeApng,
  encodeGif,
  encodePng,
  type Picture,
  type PictureErrorCode,
  type PngOptions,
  type Rgb,
} from '@isonoise/picture';
export {
  type BetweenRequest,
  createModel,
  type DenoiserHandle,
  type GoldenReport,
  type GuideModel,
  type Interpolation,
  type Inversion,
  type InvertOptions,
  interpolate,
  invert,
  type Model,
  type ModelSampleRequest,
  type ProviderChoice,
  type RuntimeErrorCode,
  requestBetween,
} from '@isonoise/runtime';
export {
  type Margins,
  type Outpainting,
  outpaint,
  type SamplerErrorCode,
  type SampleStep,
} from '@isonoise/sampler';
