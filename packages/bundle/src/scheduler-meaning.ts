import type { PredictionType, Spacing } from '@isonoise/schedule';
import type { DiffusionSchedulerConfig, SchedulerConfig } from './scheduler-config.ts';

/** The sampling settings that a scheduler configuration of any class stands for, besides its schedule. */
export interface SchedulerMeaning {
  readonly predictionType: PredictionType;
  /** Timesteps that are visited. */
  readonly spacing: Spacing;
  /** Offset of the spacing `leading`; other spacings ignore it. */
  readonly offset: number;
  /** Clips x_0 to [-clip, clip]; false: no clipping. */
  readonly clip: number | false;
  /** Dynamic thresholding of x_0, instead of clipping; null for none. */
  readonly threshold: { readonly ratio: number; readonly max: number } | null;
  /** Kind of DDPM's σ²; null if the configuration has none. */
  readonly variance: 'fixedSmall' | 'fixedLarge' | 'learned' | 'learnedRange' | null;
  /** Name of the noise schedule. */
  readonly schedule: string;
}

const VARIANCES = {
  fixed_small: 'fixedSmall',
  fixed_small_log: 'fixedSmall',
  fixed_large: 'fixedLarge',
  fixed_large_log: 'fixedLarge',
  learned: 'learned',
  learned_range: 'learnedRange',
} as const satisfies Record<DiffusionSchedulerConfig['variance_type'], SchedulerMeaning['variance']>;

/** Converts a scheduler configuration to sampling settings. */
export function schedulerMeaning(scheduler: SchedulerConfig): SchedulerMeaning {
  if (isFlow(scheduler)) {
    // diffusers has no keys for these. Its rule for the timesteps is our linspace.
    return {
      predictionType: 'flow',
      spacing: 'linspace',
      offset: 0,
      clip: false,
      threshold: null,
      variance: null,
      schedule: 'flow',
    };
  }
  return {
    predictionType: scheduler.prediction_type,
    spacing: scheduler.timestep_spacing,
    offset: scheduler.steps_offset,
    clip: scheduler.clip_sample && !scheduler.thresholding && scheduler.clip_sample_range,
    threshold: scheduler.thresholding
      ? { ratio: scheduler.dynamic_thresholding_ratio ?? 0.995, max: scheduler.sample_max_value ?? 1 }
      : null,
    variance: VARIANCES[scheduler.variance_type],
    schedule: scheduler.beta_schedule,
  };
}

/** Whether the network's output has twice the channels: the prediction and then variances. */
export const predictsVariances = (scheduler: SchedulerConfig): boolean =>
  !isFlow(scheduler) && scheduler.variance_type.startsWith('learned');

/** Whether the settings are those of flow matching. */
export const isFlow = (
  scheduler: SchedulerConfig,
): scheduler is Exclude<SchedulerConfig, DiffusionSchedulerConfig> => !('beta_schedule' in scheduler);
