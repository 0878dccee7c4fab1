import type { FullScheduleConfig, ImageShape, PredictionType, TimestepPair } from '@isonoise/schedule';
import type { SamplerName, SamplerSettings } from './sampler-table.ts';

/** All that decides which images come out, besides the network: plain JSON, nothing left to a default. */
export interface SamplingPlan {
  readonly shape: ImageShape;
  readonly schedule: FullScheduleConfig;
  readonly predictionType: PredictionType;
  /** Decimal digits of the 64-bit seed. */
  readonly seed: string;
  /** Number of each image, `[B]`. */
  readonly images: readonly number[];
  readonly sampler: SamplerName;
  readonly settings: SamplerSettings;
  /** Every reverse step. */
  readonly steps: readonly TimestepPair[];
  /** x_0 is clipped to [-clip, clip]; null: not clipped. */
  readonly clip: number | null;
  /** Class of each image, `[B]`; null: no class. */
  readonly classLabels: readonly number[] | null;
  /** Scale of classifier-free guidance, in `GUIDANCE_RANGE`; 1: none. */
  readonly guidance: number;
  /** Label of "no class"; null where guidance is 1. */
  readonly nullClass: number | null;
}
