export type { Engine, StepFeeds, StepResult, TrainState } from './engine.ts';
