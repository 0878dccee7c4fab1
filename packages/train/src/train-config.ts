import type { FullScheduleConfig, PredictionType } from '@isonoise/schedule';
import type { StepPlans } from './budget/step-plans.ts';
import type { EmaConfig } from './ema-decay.ts';
import type { LearningRateSchedule } from './learning-rate.ts';
import type { Weighting } from './loss-weight.ts';
import type { OptimizerKind } from './optimizers/kinds.ts';
import type { OptimizerTable } from './optimizers/optimizer-table.ts';
import type { PixelLoss } from './pixel-loss.ts';
import type { BestBy } from './quality.ts';
import type { TimestepDensity } from './timestep-density.ts';

/** Everything that determines what a run learns and writes: plain JSON with every field filled in. */
export interface TrainConfig {
  /** Name of the data set, for information and for `--resume`; the images arrive as batches. */
  readonly dataset: string;
  /**
   * Images per step. Default 64: with fewer images the gradient is noisy; with more, a step on a CPU costs
   * more than it gains.
   */
  readonly batchSize: number;
  /** Optimizer steps of the whole run. Default 10000: about 10 passes over 60 000 images at batch 64. */
  readonly steps: number;
  /**
   * The model whose weights the run begins with. Default: none; the weights are random.
   */
  readonly from?: BaseIdentity | undefined;
  /**
   * Minutes of the whole run, over all its sessions. If given, `steps` is a plan that changes with the measured pace,
   * so that the run lasts about this long. Default: none; the run has exactly `steps` steps.
   */
  readonly minutes?: number | undefined;
  /** How `steps` changed during a run with `minutes`. Together with `steps`, it repeats the run exactly. */
  readonly stepPlans?: StepPlans | undefined;
  /** Safe integer from 0; determines weights, noise, image order and all other random choices. Default 0. */
  readonly seed: number;
  /**
   * Configuration of the network, with the field names of its architecture; package `network` validates it.
   */
  readonly network: NetworkConfig;
  /** Noise schedule. Default linear, T = 1000, β from 1e-4 to 0.02: Ho et al. 2020, section 4. */
  readonly schedule: FullScheduleConfig;
  readonly objective: ObjectiveConfig;
  readonly optimizer: OptimizerConfig;
  /**
   * Default cosine, after a warmup over a tenth of the run but at most 200 steps. Warmup is needed because
   * Adam's second moment is a poor estimate in the first steps. The rate falls because a constant rate leaves
   * noise that is visible in the samples.
   */
  readonly learningRateSchedule: LearningRateSchedule;
  /**
   * Default: an exponential average with decay 0.999 and warmup, over about 1000 steps; Ho et al.'s
   * 0.9999 suits 800 000 steps.
   */
  readonly ema: EmaConfig;
  /**
   * Probability that an image is trained without its class or its tags, in [0, 1). Default 0.1 for conditional networks,
   * which is the lower of the two values that Ho & Salimans 2022 found best; 0 for others. Above 0 the
   * network needs a row for the null class.
   */
  readonly labelDropout: number;
  /**
   * Probability that a single tag of an image is left out, in [0, 1). Only networks with tags have this field. Default
   * 0.2, so that the network also learns what each tag means alone.
   */
  readonly tagDropout?: number | undefined;
  /**
   * Whether each image is mirrored left to right with probability 1/2. Default false, because digits and
   * letters are not symmetric.
   */
  readonly flip: boolean;
  /** Steps between sample grids; one is also drawn at the end. 0 draws none. Default 1000. */
  readonly sampleEvery: number;
  /** Images in the grid, taking the classes in turn for conditional networks. Default 20. */
  readonly sampleCount: number;
  /** Number of sampling steps of the grid. Default: the number that its sampler uses by default. */
  readonly sampleSteps: number;
  /** Guidance scale of the grid; 1 turns it off. Default `DEFAULT_GUIDANCE` of the sampler if labels are dropped, else 1. */
  readonly guidance: number;
  /**
   * Steps between measurements of the quality: FID of images that the averaged weights draw. One is also made at the end. 0
   * makes none. Default 0, because each takes as long as many steps.
   */
  readonly evaluateEvery: number;
  /**
   * Images of a measurement, drawn with the steps of the sample grid and without guidance. FID values are comparable
   * only for equal numbers of images. Default 300.
   */
  readonly evaluateCount: number;
  /**
   * Steps between checkpoints; one is also written at the end. Default 500, so that a killed run loses only a
   * few minutes of work.
   */
  readonly checkpointEvery: number;
  /**
   * Number of recent checkpoints that are kept, in addition to the best one. Default 3, in case the last one is
   * damaged.
   */
  readonly keepCheckpoints: number;
  /** Whether the best checkpoint is that with the smallest smoothed loss or that with the smallest FID. Default `loss`. */
  readonly best: BestBy;
}

/** Identifies a trained model. */
export interface BaseIdentity {
  readonly name: string;
  /** SHA-256 of its weights, in the order of its network's parameters. */
  readonly sha256: string;
}

/** The fields of a network's configuration that the training loop reads; other fields pass through. */
export interface NetworkConfig {
  readonly [field: string]: unknown;
  readonly dropout?: number | undefined;
  readonly num_class_embeds?: number | null | undefined;
  readonly num_tags?: number | null | undefined;
}

export interface ObjectiveConfig {
  /** What the network predicts. Default `epsilon`, as in Ho et al. 2020; `flow` for a flow schedule. */
  readonly prediction: PredictionType;
  /**
   * Default `simple`, L_simple of Ho et al.; `min-snr` (γ = 5) converges faster
   * according to Hang et al. 2023.
   */
  readonly weighting: Weighting;
  /** Default `mse`, the squared error, as in Ho et al. */
  readonly loss: PixelLoss;
  /** Default `uniform` and not stratified, as in Ho et al. */
  readonly timesteps: TimestepDensity;
  /**
   * Noises that are drawn for each image; the one nearest to the image is used. Default 1, as in Ho et al.
   */
  readonly noiseCandidates: number;
}

/** Fields of every optimizer. */
interface CommonOptimizerConfig {
  /** Above 0. Default 2e-4 for Adam, as in Ho et al. for 32×32 images, divided by the optimizer's `rateDivisor`. */
  readonly learningRate: number;
  /** Gradients are scaled down to this global norm; null for no clipping. Default 1, as in Ho et al. */
  readonly clipNorm: number | null;
}

type SettingsOf<K extends OptimizerKind> = {
  readonly [S in keyof OptimizerTable[K]['settings']]: number;
};

/**
 * An optimizer with its settings. Each optimizer declares its settings, with their ranges and defaults.
 * Default `adam`, as in Ho et al.
 */
export type OptimizerConfig = {
  [K in OptimizerKind]: { readonly kind: K } & CommonOptimizerConfig & SettingsOf<K>;
}[OptimizerKind];

/** A config as a user writes it: fields with defaults may be left out, at any depth. */
export type TrainConfigInput = Optional<Omit<TrainConfig, 'dataset' | 'network'>> &
  Pick<TrainConfig, 'dataset' | 'network'>;

type Optional<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Optional<T[K]> | undefined }
    : T;
