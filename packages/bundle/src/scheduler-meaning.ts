import { type DdpmVariance, isLearned } from '@isonoise/sampler';
import { defaultPrediction, type PredictionType, type ScheduleProcess } from '@isonoise/schedule';
import { schedulerClass } from './scheduler-classes.ts';
import type { FlowSchedulerConfig, SchedulerConfig, SineSchedulerConfig } from './scheduler-config.ts';
import { isVarianceType, VARIANCES } from './scheduler-keys.ts';
import type { SamplerChoice } from './scheduler-note.ts';
import { samplerChoice } from './scheduler-sampling.ts';

/** Meaning of a scheduler configuration of any class: sampling settings, prediction type and name of the schedule. */
export interface SchedulerMeaning extends SamplerChoice {
  readonly predictionType: PredictionType;
  /** Offset of the timesteps if `spacing` is just the name `leading`. A rule with variants contains its own offset. */
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
    ...modelMeaning(scheduler),
    offset: typeof offset === 'number' ? offset : 0,
    variance: isVarianceType(variance) ? VARIANCES[variance] : null,
  };
}

function modelMeaning(scheduler: SchedulerConfig): Pick<SchedulerMeaning, 'predictionType' | 'schedule'> {
  // Classes without β have no key for the prediction type. Their process determines it.
  if (isFlow(scheduler)) return { predictionType: defaultPrediction('flow'), schedule: 'flow' };
  if (isSine(scheduler)) return { predictionType: defaultPrediction('sine'), schedule: 'sine' };
  return { predictionType: scheduler.prediction_type, schedule: scheduler.beta_schedule };
}

/** Returns the process of a configuration's schedule. */
export const schedulerProcess = ({
  _class_name: name,
}: Pick<SchedulerConfig, '_class_name'>): ScheduleProcess => schedulerClass(name).process;

/** Returns whether the network's output has twice the channels of the image: first the prediction, then variances. */
export const predictsVariances = ({ variance_type: type }: SchedulerConfig): boolean =>
  isVarianceType(type) && isLearned(VARIANCES[type]);

/** Returns whether the configuration describes flow matching. */
export const isFlow = (scheduler: SchedulerConfig): scheduler is FlowSchedulerConfig =>
  schedulerProcess(scheduler) === 'flow';

/** Returns whether the configuration describes a sine schedule. */
export const isSine = (scheduler: SchedulerConfig): scheduler is SineSchedulerConfig =>
  schedulerProcess(scheduler) === 'sine';
