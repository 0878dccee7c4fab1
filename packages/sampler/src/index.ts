export { addsNoise } from './adds-noise.ts';
export type { Answer } from './answer.ts';
export { splitAnswer } from './answer.ts';
export type { ConditionGuidance, Guidance, NetworkGuidance } from './apply-guidance.ts';
export { checkPlan } from './check-plan.ts';
export { checkSettings } from './check-settings.ts';
export { clipSetting } from './clip-setting.ts';
export {
  type Condition,
  conditionRows,
  conditionWidth,
  emptyLike,
  tagRows,
  writeTagRow,
} from './condition.ts';
export type { Grid, Sampler } from './define-sampler.ts';
export type { Denoiser, LevelNetwork } from './denoiser.ts';
export {
  DEFAULT_STRENGTH,
  EDIT_LIMITS,
  type Edit,
  isStrength,
  STRENGTH_EXPECTED,
  startEdit,
} from './edit.ts';
export type { SamplerErrorCode } from './errors.ts';
export { samplerError } from './errors.ts';
export type { GivenStart, WrongValue } from './given-start.ts';
export { wrongValue } from './given-start.ts';
export {
  type GuidanceInterval,
  INTERVAL_EXPECTED,
  isGuidanceInterval,
  isInInterval,
} from './guidance-interval.ts';
export { DEFAULT_GUIDANCE, GUIDANCE_EXPECTED, GUIDANCE_RANGE, isGuidance } from './guidance-range.ts';
export type { GuidanceSettingName, GuidanceSettings } from './guidance-settings.ts';
export {
  describeGuidanceDefault,
  guidanceIntervalOf,
  guidanceSettingNames,
  guidanceSettings,
  isRescale,
  mapGuidanceSettings,
  pickGuidanceSettings,
  RESCALE_EXPECTED,
} from './guidance-settings.ts';
export { type ClassGuidance, guided } from './guided.ts';
export { type CallCounts, countPlanCalls, imagesPerCall, requireGuide } from './guided-network.ts';
export { countVisits } from './inpaint-rows.ts';
export { fillKnown, type KnownPixels } from './known-pixels.ts';
export type { NoiseSource } from './noise-source.ts';
export { initialNoise, seededNoise } from './noise-source.ts';
export { MARGINS, type Margins, type Outpainting, outpaint } from './outpaint.ts';
export { PLAN_LIMITS } from './plan-limits.ts';
export { planRows } from './plan-rows.ts';
export type { PredictionCoefficients } from './prediction.ts';
export { predictionCoefficients } from './prediction.ts';
export type { LearnedVariance, NetworkRow, PlainRow, Row, Terms } from './row.ts';
export { countCalls, mostKept, rowsOfSteps } from './row.ts';
export type { RowArrays } from './row-sums.ts';
export type { FinishedRow, RunOptions } from './run-rows.ts';
export { runRows } from './run-rows.ts';
export type {
  ResumeRequest,
  ReverseStep,
  RunContext,
  SamplingRun,
  SamplingStart,
} from './run-sampling.ts';
export { conditionOf, runSampling, startPlanned, startSampling, toSamplingStart } from './run-sampling.ts';
export type { SampleContext } from './sample.ts';
export { sample } from './sample.ts';
export type { SampleRequest } from './sample-request.ts';
export { planSampling } from './sample-request.ts';
export type { Progress, SampleStep } from './sample-step.ts';
export { sampleStepsOf } from './sample-step.ts';
export type { SamplerName } from './sampler-table.ts';
export {
  DEFAULT_SAMPLERS,
  describeDefaultSteps,
  describeDefaults,
  describeProcesses,
  describeTakers,
  drawingSampler,
  drawingSamplers,
  samplerNames,
  samplers,
  samplersFor,
  samplersWith,
  settingsOf,
} from './sampler-table.ts';
export { samplerTexts } from './sampler-texts.ts';
export type { GuidedBy, PlannedBlend, PlannedTags, PlannedWindows, SamplingPlan } from './sampling-plan.ts';
export type { SavedJson } from './saved-json.ts';
export { decodeSampling, encodeSampling, savedFromJson, savedToJson } from './saved-json.ts';
export type { SavedSampling } from './saved-sampling.ts';
export { checkSaved, mostSavable, requireSavable, savedValues } from './saved-sampling.ts';
export type {
  BooleanSetting,
  ChoiceSetting,
  NumberSetting,
  Setting,
  SettingValue,
  ValueOf,
} from './setting.ts';
export { choicesOf, expectedOf, isValueOf, readSetting, settingText } from './setting.ts';
export { isOff, type SettingConflict, settingConflict, withoutIdle } from './setting-relations.ts';
export type {
  DdpmVariance,
  GivenSettings,
  SamplerSettings,
  SettingName,
  SettingValues,
} from './settings.ts';
export {
  isLearned,
  mapSettings,
  pickSettings,
  samplerSettings,
  settingNames,
  settingOf,
} from './settings.ts';
export { slerp } from './slerp.ts';
export { sliceStart } from './slice-start.ts';
export type { OutputMeaning, TakenRow } from './take-row.ts';
export { takeRow } from './take-row.ts';
export type { Threshold } from './threshold.ts';
export { bytesFromBase64, valuesFromBase64, valuesToBase64 } from './values-base64.ts';
export { type Canvas, countWindows } from './windows.ts';
