import type { FullScheduleConfig, ImageShape, PredictionType, TimestepPair } from '@isonoise/schedule';
import type { SamplerName } from './sampler-table.ts';
import type { SamplerSettings } from './settings.ts';

/** Everything besides the network that determines the images; plain JSON without defaults. */
export interface SamplingPlan {
  readonly shape: ImageShape;
  readonly schedule: FullScheduleConfig;
  readonly predictionType: PredictionType;
  /** The 64-bit seed in decimal digits. */
  readonly seed: string;
  /** Number of each image, `[B]`. */
  readonly images: readonly number[];
  readonly sampler: SamplerName;
  readonly settings: SamplerSettings;
  /** Every reverse step. */
  readonly steps: readonly TimestepPair[];
  /** Clips x_0 to [-clip, clip]; null: no clipping. */
  readonly clip: number | null;
  /** Class of each image, `[B]`; null: no class. */
  readonly classLabels: readonly number[] | null;
  /** Scale of classifier-free guidance, in `GUIDANCE_RANGE`; 1: none. */
  readonly guidance: number;
  /** Label of "no class"; null if there is none. */
  readonly nullClass: number | null;
}
