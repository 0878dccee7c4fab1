export { exp } from './elementary.ts';
export { type ScheduleErrorCode, scheduleError } from './errors.ts';
export type { ImageShape } from './image-shape.ts';
export type { Jump } from './jump.ts';
export { jump } from './jump.ts';
export { CLEAN, type Level, levelAt, levelsOf } from './level.ts';
export { PREDICTION_TYPES, type PredictionType } from './prediction-type.ts';
export {
  pMeanFromEps,
  predictEpsFromV,
  predictEpsFromX0,
  predictX0FromEps,
  predictX0FromV,
  qPosteriorMean,
  qSample,
  velocity,
} from './relations.ts';
export type { CreateSchedule, Schedule, Table } from './schedule.ts';
export { createSchedule } from './schedule.ts';
export type {
  ConstantConfig,
  CosineConfig,
  FullScheduleConfig,
  RampConfig,
  ScheduleConfig,
  ScheduleKind,
  TrainedConfig,
} from './schedule-config.ts';
export { MAX_TRAIN_TIMESTEPS, parseScheduleConfig } from './schedule-config.ts';
export { SIGMA_GRIDS, type SigmaGrid } from './sigma-grid.ts';
export {
  type RunEnd,
  SPACINGS,
  type SpacedTimesteps,
  type Spacing,
  type SpacingChoice,
  type SpacingRule,
  spacedSteps,
} from './spaced-steps.ts';
export type {
  TimestepPair,
  TimestepRequest,
  TimestepRule,
  TimestepVariant,
} from './timestep-pairs.ts';
export { TIMESTEP_RULES, timestepPairs } from './timestep-pairs.ts';
