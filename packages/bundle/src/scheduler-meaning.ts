import type { PredictionType, Spacing } from '@isonoise/schedule';
import type { DiffusionSchedulerConfig, SchedulerConfig } from './scheduler-config.ts';

/** What the settings of any scheduler class mean for sampling, besides its schedule. */
export interface SchedulerMeaning {
  readonly predictionType: PredictionType;
  /** Timesteps that are visited. */
  readonly spacing: Spacing;
  /** Of `leading`. */
  readonly offset: number;
  /** Clips x_0 to [-clip, clip]; false: no clipping. */
  readonly clip: number | false;
  /** DDPM's σ²; null without one. */
  readonly variance: 'fixedSmall' | 'fixedLarge' | null;
  /** Name of the noise schedule. */
  readonly schedule: string;
}

const VARIANCES = {
  fixed_small: 'fixedSmall',
  fixed_small_log: 'fixedSmall',
  fixed_large: 'fixedLarge',
  fixed_large_log: 'fixedLarge',
} as const satisfies Record<DiffusionSchedulerConfig['variance_type'], SchedulerMeaning['variance']>;

/** Returns what scheduler settings mean. */
export function schedulerMeaning(scheduler: SchedulerConfig): SchedulerMeaning {
  if (isFlow(scheduler)) {
    // diffusers has no keys for these. Its rule for the timesteps is our linspace.
    return {
      predictionType: 'flow',
      spacing: 'linspace',
      offset: 0,
      clip: false,
      variance: null,
      schedule: 'flow',
    };
  }
  return {
    predictionType: scheduler.prediction_type,
    spacing: scheduler.timestep_spacing,
    offset: scheduler.steps_offset,
    clip: scheduler.clip_sample && scheduler.clip_sample_range,
    variance: VARIANCES[scheduler.variance_type],
    schedule: scheduler.beta_schedule,
  };
}

/** Whether the settings are those of flow matching. */
export const isFlow = (
  scheduler: SchedulerConfig,
): scheduler is Exclude<SchedulerConfig, DiffusionSchedulerConfig> => !('beta_schedule' in scheduler);
