import type { FullScheduleConfig, PredictionType } from '@isonoise/schedule';
import type { EmaConfig } from './ema-decay.ts';
import type { LearningRateSchedule } from './learning-rate.ts';
import type { Weighting } from './loss-weight.ts';

/** All that decides what a run learns and what it leaves behind: plain JSON, every field filled in. */
export interface TrainConfig {
  /** Name of the data set, for people and for `--resume`; the images themselves arrive as batches. */
  readonly dataset: string;
  /** Images a step. Default 64: below, the gradient is noisy; above, a step on a CPU takes longer than it gains. */
  readonly batchSize: number;
  /** Optimizer steps of the whole run. Default 10000: about 10 passes over 60 000 images at batch 64. */
  readonly steps: number;
  /** Safe integer from 0; decides weights, noise, order and everything else. Default 0. */
  readonly seed: number;
  /** Configuration of the network, in the names of its architecture; package `network` validates it. */
  readonly network: NetworkConfig;
  /** Noise schedule. Default linear, T = 1000, β from 1e-4 to 0.02: Ho et al. 2020, section 4. */
  readonly schedule: FullScheduleConfig;
  readonly objective: ObjectiveConfig;
  readonly optimizer: OptimizerConfig;
  /**
   * Default cosine, after a warmup over a tenth of the run but at most 200 steps: Adam's second moment is a poor
   * estimate in its first steps, and the noise of a constant rate shows in the samples.
   */
  readonly learningRateSchedule: LearningRateSchedule;
  /** Default decay 0.999 with warmup: an average over about 1000 steps; Ho et al.'s 0.9999 suits 800 000 steps. */
  readonly ema: EmaConfig;
  /** Probability that an image is shown without its class, in [0, 1). Default 0.1 for conditional networks, the lower
   *  value that Ho & Salimans 2022 found best; 0 for others. Above 0 the network needs a row for "no class". */
  readonly labelDropout: number;
  /** Mirror images left to right half the time. Default false: digits and letters have a side. */
  readonly flip: boolean;
  /** A sample grid every so many steps, and at the end; 0 for none. Default 1000. */
  readonly sampleEvery: number;
  /** Images of the grid; conditional networks go through the classes in turn. Default 20. */
  readonly sampleCount: number;
  /** DDIM steps of the grid. Default 30: a look, not a result. */
  readonly sampleSteps: number;
  /** Guidance scale of the grid; 1 is none. Default 2 where labels are dropped, else 1. */
  readonly guidance: number;
  /** A checkpoint every so many steps, and at the end. Default 500: a few minutes are lost at worst. */
  readonly checkpointEvery: number;
  /** The last so many checkpoints are kept, and the best. Default 3: an older one if the last proves damaged. */
  readonly keepCheckpoints: number;
}

/** What the training loop itself reads of a network's configuration; the other fields pass through. */
export interface NetworkConfig {
  readonly [field: string]: unknown;
  readonly dropout?: number | undefined;
  readonly num_class_embeds?: number | null | undefined;
}

export interface ObjectiveConfig {
  /** What the network answers. Default `epsilon`, as Ho et al. 2020. */
  readonly prediction: PredictionType;
  /** Default `simple`, L_simple of Ho et al.; `min-snr` (γ 5) converges faster by Hang et al. 2023. */
  readonly weighting: Weighting;
}

export interface OptimizerConfig {
  /** Default `adam`, as Ho et al.; `adamw` decouples the weight decay (Loshchilov & Hutter 2019). */
  readonly kind: 'adam' | 'adamw';
  /** Above 0. Default 2e-4, Ho et al. for 32×32 images. */
  readonly learningRate: number;
  /** In [0, 1). Default 0.9 (Kingma & Ba 2015). */
  readonly beta1: number;
  /** In [0, 1). Default 0.999 (Kingma & Ba 2015). */
  readonly beta2: number;
  /** Above 0. Default 1e-8 (Kingma & Ba 2015). */
  readonly epsilon: number;
  /** From 0. Default 0: diffusion models underfit. */
  readonly weightDecay: number;
  /** Gradients are scaled down to this global norm; null for no clipping. Default 1, as Ho et al. */
  readonly clipNorm: number | null;
}

/** A config as a person writes it: whatever has a default may be left out, at any depth. */
export type TrainConfigInput = Optional<Omit<TrainConfig, 'dataset' | 'network'>> &
  Pick<TrainConfig, 'dataset' | 'network'>;

type Optional<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Optional<T[K]> | undefined }
    : T;
