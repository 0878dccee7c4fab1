export { exp, log, quarterTurnsOf, sinQuarterTurns } from './elementary.ts';
export { type ScheduleErrorCode, scheduleError } from './errors.ts';
export type { FlowSchedule } from './flow-schedule.ts';
export type { ImageShape } from './image-shape.ts';
export type { Jump } from './jump.ts';
export { jump } from './jump.ts';
export { CLEAN, type Level, levelAt, levelsOf, withShift } from './level.ts';
export { levelAtLambda } from './level-at-lambda.ts';
export {
  defaultPrediction,
  PREDICTION_TYPES,
  type PredictionType,
  predictionProblem,
  predictionsFor,
  pureNoiseProblem,
} from './prediction-type.ts';
export {
  flowVelocity,
  pMeanFromEps,
  predictEpsFromV,
  predictEpsFromX0,
  predictX0FromEps,
  predictX0FromV,
  qPosteriorMean,
  qSample,
  velocity,
} from './relations.ts';
export type { CreateSchedule, DiffusionSchedule, Schedule, ScheduleProcess, Table } from './schedule.ts';
export { createSchedule, requireDiffusion, requireFlow } from './schedule.ts';
export type {
  ConstantConfig,
  CosineConfig,
  DiffusionConfig,
  FlowConfig,
  FullDiffusionConfig,
  FullScheduleConfig,
  RampConfig,
  ScheduleConfig,
  ScheduleKind,
  SineConfig,
  TrainedConfig,
  ZeroSnrConfig,
} from './schedule-config.ts';
export {
  isShift,
  MAX_TRAIN_TIMESTEPS,
  parseScheduleConfig,
  processOf,
  SCHEDULE_KINDS,
  SHIFT_RANGE,
  timestepsOf,
} from './schedule-config.ts';
export { SIGMA_GRIDS, type SigmaGrid } from './sigma-grid.ts';
export type { SineSchedule } from './sine-schedule.ts';
export {
  RUN_ENDS,
  type RunEnd,
  SPACINGS,
  type SpacedTimesteps,
  type Spacing,
  type SpacingChoice,
  type SpacingRule,
  spacedSteps,
  spacingsFor,
} from './spaced-steps.ts';
export type {
  Times,
  TimestepPair,
  TimestepRequest,
  TimestepRule,
  TimestepVariant,
} from './timestep-pairs.ts';
export { TIMESTEP_RULES, timesOf, timestepPairs } from './timestep-pairs.ts';
