export { createForecasts, type Forecast } from './advice/forecast.ts';
export { type Advice, trainingAdvice } from './advice/training-advice.ts';
export {
  type ReconstructedAverage,
  type Reconstruction,
  reconstructAverages,
} from './averages/reconstruct.ts';
export { snapshotSteps } from './averages/snapshot-store.ts';
export { type BaseModel, bundleBase, runBase } from './base-model/base-model.ts';
export { type BaseWeights, type FittedWeights, fitWeights } from './base-model/fit-weights.ts';
export { beginRun, type RunBeginning } from './begin-run.ts';
export { measurePace, type PaceOptions, stepsIn } from './budget/measure-pace.ts';
export type { StepPlans } from './budget/step-plans.ts';
export { findChannelBlock } from './channel-block.ts';
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
export {
  bestStep,
  type CheckpointStore,
  checkpointName,
  checkpointStep,
  checkpointSteps,
  type DamagedCheckpoint,
  type LoadedCheckpoint,
  loadLatestCheckpoint,
  /** @public */
  memoryStore,
  readCheckpoint,
  type SavedCheckpoint,
  /** @public */
  saveCheckpoint,
} from './checkpoint-store.ts';
export {
  type ClassifierRecipe,
  type ClassifierTraining,
  trainClassifier,
} from './classifier/train-classifier.ts';
export { augmentLabelsOf } from './config-schema/augmentation-schema.ts';
export { withCurrentNames } from './current-names.ts';
export { type DataRecord, DIGEST_LENGTH, recordData } from './data-record.ts';
export { isSampled } from './due.ts';
export { describeAverage, type EmaConfig } from './ema-decay.ts';
export type { Engine, StepFeeds, StepResult } from './engine.ts';
export {
  createOnnxRuntimeEngine,
  type OnnxRuntimeEngineOptions,
  type SessionFactory,
} from './engine-onnxruntime.ts';
export { createTfjsEngine, type TfjsEngineOptions } from './engine-tfjs.ts';
export { type TrainErrorCode, trainError } from './errors.ts';
export { ImagesError, type ImagesRemedy } from './images-error.ts';
export type { LearningRateSchedule } from './learning-rate.ts';
export { type LossStats, noLossYet } from './loss-stats.ts';
export type { Weighting } from './loss-weight.ts';
export { type Layer, mergeLayers } from './merge-layers.ts';
export {
  createMetricsSink,
  type Metrics,
  parseMetrics,
  parseQuality,
  type QualityMetrics,
  type TextLog,
  trainingSeconds,
  truncateMetrics,
} from './metrics-log.ts';
export { modelSpecOf } from './model-spec.ts';
export {
  type CleanBatch,
  /** @public */
  createObjective,
  type ExampleFeeds,
  type Objective,
  type ObjectiveOptions,
} from './objective.ts';
export { parseTrainConfig } from './parse-train-config.ts';
export { type PreparedTraining, prepareTraining } from './prepare-training.ts';
export type { BestBy, QualityMeasure, QualityStats } from './quality.ts';
export { type RecipeImages, type RecipeOverrides, recipe } from './recipe.ts';
export { classDifferences, dataDifferences, dataDiffers } from './same-data.ts';
export { requireSameRun } from './same-run.ts';
export { scheduleWarning } from './schedule-warning.ts';
export type { StepOptions } from './step-options.ts';
export type { EncodedImage } from './tensorboard/event-proto.ts';
export { createTensorBoardSink, type TensorBoardOptions } from './tensorboard/tensorboard-sink.ts';
export { train } from './train.ts';
export type {
  BaseIdentity,
  NetworkConfig,
  ObjectiveConfig,
  OptimizerConfig,
  TrainConfig,
  TrainConfigInput,
} from './train-config.ts';
export type {
  BeginEvent,
  CheckpointEvent,
  EndEvent,
  PlanEvent,
  QualityEvent,
  SamplesEvent,
  StepEvent,
  TrainEvent,
  TrainSink,
} from './train-event.ts';
export type { RunStart, TrainOptions } from './train-options.ts';
export type { TrainState } from './train-state.ts';
