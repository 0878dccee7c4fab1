import type { FullScheduleConfig, ImageShape, PredictionType, TimestepPair } from '@isonoise/schedule';
import type { GuidanceInterval } from './guidance-interval.ts';
import type { SamplerName } from './sampler-table.ts';
import type { SamplerSettings } from './settings.ts';

/** The guide of a run: the network without a class, or a second network. */
export type GuidedBy = 'noClass' | 'network';

/** The tags of the images of a run, by their numbers in the model. */
export interface PlannedTags {
  /** Number of tags of the model, K. */
  readonly count: number;
  /** Tags of each image, `[B]`; an image may have none. */
  readonly images: readonly (readonly number[])[];
  /** Tags that guidance steers away from. */
  readonly without: readonly number[];
}

/** How a run with a mask makes the drawn pixels agree with the known ones (RePaint). */
export interface Inpainting {
  /** Number of times that each group of steps is taken; 1: the known pixels are only replaced. */
  readonly resample: number;
  /** Number of steps in a group. */
  readonly jump: number;
}

/** How a network draws pictures larger than its images (MultiDiffusion). The fields are whole numbers of pixels. */
export interface PlannedWindows {
  /** Height of the network's images. */
  readonly height: number;
  /** Width of the network's images. */
  readonly width: number;
  /** Distance from one window to the next, from 1 to the shorter side of a window. */
  readonly stride: number;
  /** Whether windows continue at the opposite border, as for tiles. */
  readonly tile: boolean;
}

/** The second condition of each image, and its share s: outputs are (1 − s) network(first) + s network(second). */
export interface PlannedBlend {
  /** Class of each image, `[B]`; only for models with classes. */
  readonly classLabels?: readonly number[] | undefined;
  /** Tags of each image, `[B]`; only for models with tags. */
  readonly tags?: readonly (readonly number[])[] | undefined;
  /** Share of the second condition in each image, `[B]` in [0, 1]. */
  readonly shares: readonly number[];
}

/**
 * Everything that determines the images, except the network, as a JSON object in which no field is left to a default.
 */
export interface SamplingPlan {
  /** Shape of the images: the shape of the network's images, or a larger shape with `windows`. */
  readonly shape: ImageShape;
  readonly schedule: FullScheduleConfig;
  readonly predictionType: PredictionType;
  /** The 64-bit seed in decimal digits. */
  readonly seed: string;
  /** Number of each image, `[B]`. */
  readonly images: readonly number[];
  readonly sampler: SamplerName;
  readonly settings: SamplerSettings;
  /**
   * Every reverse step, `[t, tPrev]`; times may be fractional. The last step ends at the image (-1) or at a time. For a
   * sampler that inverts, each step is `[tPrev, t]`, and the steps lead from the image to noise.
   */
  readonly steps: readonly TimestepPair[];
  /**
   * Whether the run starts from the noise of the seed or from given images. Older saved runs do not have this field;
   * they start from `noise`.
   */
  readonly start: 'noise' | 'given';
  /** Clips x_0 to [-clip, clip]; null: no clipping. */
  readonly clip: number | null;
  /** Class of each image, `[B]`; null: no class. */
  readonly classLabels: readonly number[] | null;
  /** Scale of guidance, in `GUIDANCE_RANGE`; 1: none. */
  readonly guidance: number;
  /** The guide. Older saved runs have neither this field nor the next two; their guide is `noClass`. */
  readonly guidedBy: GuidedBy;
  /** Share φ of the rescaled output, in [0, 1]; 0: not rescaled. */
  readonly guidanceRescale: number;
  /** Noise levels at which guidance applies; null: all. */
  readonly guidanceInterval: GuidanceInterval | null;
  /** Label of "no class"; null if there is none. */
  readonly nullClass: number | null;
  /** Present only for models with tags. */
  readonly tags?: PlannedTags | undefined;
  /** Present only in runs with a mask. The picture and the mask are given beside the plan. */
  readonly inpainting?: Inpainting | undefined;
  /** Present only if the images are tiles or are larger than those of the network. */
  readonly windows?: PlannedWindows | undefined;
  /** Present only in runs that blend two classes or two lists of tags. */
  readonly blend?: PlannedBlend | undefined;
}
