export { anyCondition } from './any-condition.ts';
export { type BetweenRequest, type End, quietSampler, requestBetween } from './between.ts';
export type { BlendRequest } from './blend-choice.ts';
export { type ChosenClass, type ClassChoice, chooseClass, showClass } from './class-choice.ts';
export {
  contractOf,
  type DenoiserContract,
  type SessionMetadata,
} from './contract.ts';
export { DEFAULT_GUIDANCE_HELP, usualGuidance } from './default-guidance.ts';
export { DEFAULT_SAMPLER_HELP, defaultSampler } from './default-sampler.ts';
export { type RuntimeErrorCode, runtimeError } from './errors.ts';
export {
  type GoldenDifference,
  type GoldenReport,
  type GoldenRequest,
  makeGolden,
  /** @public */
  verifyGolden,
} from './golden-check.ts';
export { fitsAsGuide } from './guide-fits.ts';
export { type Given, type GivenArrays, givenOf } from './image-given.ts';
export { imageNames } from './image-names.ts';
export {
  decodeImageRecord,
  encodeImageRecord,
  finishRecord,
  IMAGE_RECORD,
  type ImageRecord,
  imageRecord,
  recordOfImage,
} from './image-record.ts';
export { type Interpolation, interpolate, interpolationRecord } from './interpolate.ts';
export { type Inversion, type InvertOptions, invert } from './invert.ts';
export { requireKnownOptions } from './known-options.ts';
export { createModel, type DenoiserHandle, type Model, type ModelResumeRequest } from './model.ts';
export {
  type GuideModel,
  type ModelSampleRequest,
  NEGATIVE_GUIDANCE,
  type PlannedModelRequest,
  toSampleRequest,
} from './model-request.ts';
export { usualSettings } from './own-settings.ts';
export { pictureShape } from './picture-shape.ts';
export {
  chooseProvider,
  type ProviderCandidate,
  type ProviderChoice,
} from './provider.ts';
export type { ProviderName } from './provider-names.ts';
export { startOfRecord } from './record-start.ts';
export type { Port } from './remote/port.ts';
export type { OpenRequest } from './remote/protocol.ts';
export { RemoteModel, type RemoteModelOptions } from './remote/remote-model.ts';
export { resumedNotes, toResumedStart } from './resumed-start.ts';
export { RunSequence, type SavedRuns, type SequenceStep } from './run-sequence.ts';
export { requireSameModel } from './same-model.ts';
export type { BatchedSampleContext } from './sample-context.ts';
export { samplingNotes } from './sampling-notes.ts';
export {
  decodeInversion,
  encodeInversion,
  isInversionText,
  requireSavableInversion,
  type SavedInversion,
} from './saved-inversion.ts';
export { createSessionDenoiser, type DenoiserSession } from './session-denoiser.ts';
export { chooseTags, type TagRequest } from './tag-choice.ts';
export { variancesOf } from './variances-of.ts';
