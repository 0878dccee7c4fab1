import { type DdpmVariance, isLearned } from '@isonoise/sampler';
import type { PredictionType } from '@isonoise/schedule';
import type { DiffusionSchedulerConfig, SchedulerConfig } from './scheduler-config.ts';
import { isVarianceType, VARIANCES } from './scheduler-keys.ts';
import type { SamplerChoice } from './scheduler-note.ts';
import { samplerChoice } from './scheduler-sampling.ts';

/** The sampling settings that a scheduler configuration of any class stands for, besides its schedule. */
export interface SchedulerMeaning extends SamplerChoice {
  readonly predictionType: PredictionType;
  /** Offset of the spacing `leading`, used if the spacing is given as a name without variants. */
  readonly offset: number;
  /** Kind of DDPM's σ²; null if the configuration has none. */
  readonly variance: DdpmVariance | null;
  /** Name of the noise schedule. */
  readonly schedule: string;
}

/** Converts a scheduler configuration to sampling settings. */
export function schedulerMeaning(scheduler: SchedulerConfig): SchedulerMeaning {
  const choice = samplerChoice(scheduler._class_name, scheduler);
  const { steps_offset: offset, variance_type: variance } = scheduler;
  return {
    ...choice,
    predictionType: isFlow(scheduler) ? 'flow' : scheduler.prediction_type,
    offset: typeof offset === 'number' ? offset : 0,
    variance: isVarianceType(variance) ? VARIANCES[variance] : null,
    schedule: isFlow(scheduler) ? 'flow' : scheduler.beta_schedule,
  };
}

/** Whether the network's output has twice the channels: the prediction and then variances. */
export const predictsVariances = ({ variance_type: type }: SchedulerConfig): boolean =>
  isVarianceType(type) && isLearned(VARIANCES[type]);

/** Whether the settings describe flow matching. */
export const isFlow = (
  scheduler: SchedulerConfig,
): scheduler is Exclude<SchedulerConfig, DiffusionSchedulerConfig> => !('beta_schedule' in scheduler);
