import type { FullScheduleConfig, PredictionType } from '@isonoise/schedule';
import type { AugmentationConfig } from './augmentation/augmentation.ts';
import type { StepPlans } from './budget/step-plans.ts';
import type { EmaConfig } from './ema-decay.ts';
import type { LearningRateSchedule } from './learning-rate.ts';
import type { Weighting } from './loss-weight.ts';
import type { OptimizerKind } from './optimizers/kinds.ts';
import type { OptimizerTable } from './optimizers/optimizer-table.ts';
import type { PixelLoss } from './pixel-loss.ts';
import type { BestBy } from './quality.ts';
import type { TimestepDensity } from './timestep-density.ts';

/** Everything that determines the weights and the files of a run, as plain JSON with all fields. */
export interface TrainConfig {
  /** Name of the data set, for information and for `--resume`. Training gets the images as batches. */
  readonly dataset: string;
  /**
   * Images per step. Default 64. With fewer images, the gradient is noisy. With more, a step on a CPU takes more time
   * than it is worth.
   */
  readonly batchSize: number;
  /**
   * Optimizer steps of the whole run. Default 10000, which is about 10 passes over 60 000 images with batches of 64.
   */
  readonly steps: number;
  /** Base model with the initial weights. Default: none; the initial weights are then random. */
  readonly from?: BaseIdentity | undefined;
  /**
   * Minutes of the whole run, over all its sessions. If given, `steps` is a plan that changes with the measured pace,
   * so that the run lasts about this long. Default: none; the run has exactly `steps` steps.
   */
  readonly minutes?: number | undefined;
  /** Changes of `steps` during a run with `minutes`. With these and `steps`, the run can be repeated exactly. */
  readonly stepPlans?: StepPlans | undefined;
  /** Seed of the initial weights, noise, image order and all other random choices: a safe integer from 0. Default 0. */
  readonly seed: number;
  /** Configuration of the network, with the field names of its architecture. The package `network` validates it. */
  readonly network: NetworkConfig;
  /** Noise schedule. Default: linear, T = 1000, β from 1e-4 to 0.02, as in Ho et al. 2020, section 4. */
  readonly schedule: FullScheduleConfig;
  readonly objective: ObjectiveConfig;
  readonly optimizer: OptimizerConfig;
  /**
   * Course of the learning rate. Default: cosine after a warmup over a tenth of the run, but at most 200 steps.
   * Warmup is needed because Adam's second moment is a poor estimate in the first steps. The rate decreases because a
   * constant rate leaves visible noise in the samples.
   */
  readonly learningRateSchedule: LearningRateSchedule;
  /**
   * Average of the weights. Default: an exponential average with decay 0.999 and warmup, which covers about 1000
   * steps. The decay 0.9999 of Ho et al. suits 800 000 steps.
   */
  readonly ema: EmaConfig;
  /**
   * Probability of training an image without its class or its tags, in [0, 1). Above 0, the network needs a row for
   * the null class. Default 0.1 for conditional networks, the lower of the two best values of Ho & Salimans 2022, and
   * otherwise 0.
   */
  readonly labelDropout: number;
  /**
   * Probability of dropping a single tag of an image, in [0, 1); only for networks with tags. Default 0.2, so that
   * the network also learns the meaning of each single tag.
   */
  readonly tagDropout?: number | undefined;
  /**
   * Whether each image is mirrored left to right with probability 1/2. Default false, because digits and
   * letters are not symmetric.
   */
  readonly flip: boolean;
  /**
   * Random transforms of the images, which the network gets as labels, so that it does not draw transformed images.
   * Default: none.
   */
  readonly augmentation?: AugmentationConfig | undefined;
  /** Steps between sample sheets. A sheet is also drawn at the end. With 0, no sheet is drawn. Default 1000. */
  readonly sampleEvery: number;
  /** Images in the sheet. For conditional networks, the classes or tags take turns. Default 20. */
  readonly sampleCount: number;
  /** Number of sampling steps of the sheet. Default: the default of its sampler. */
  readonly sampleSteps: number;
  /**
   * Guidance scale of the sheet; 1 turns guidance off. Default: `DEFAULT_GUIDANCE` of the sampler if labels are
   * dropped, and otherwise 1.
   */
  readonly guidance: number;
  /**
   * Steps between measurements of the quality, which is the FID of images drawn with the averaged weights. The
   * quality is also measured at the end. With 0, it is never measured. Default 0, because a measurement takes as long
   * as many steps.
   */
  readonly evaluateEvery: number;
  /**
   * Images of a measurement, drawn with the steps of the sample sheet and without guidance. FID values are comparable
   * only for equal numbers of images. Default 300.
   */
  readonly evaluateCount: number;
  /**
   * Steps between checkpoints. A checkpoint is also written at the end. Default 500, so that a killed run loses only
   * a few minutes of work.
   */
  readonly checkpointEvery: number;
  /** Number of recent checkpoints to keep, in addition to the best one. Default 3, in case the last one is damaged. */
  readonly keepCheckpoints: number;
  /**
   * Measure of the best checkpoint: the smallest smoothed loss (`loss`) or the smallest FID (`fid`). Default `loss`.
   */
  readonly best: BestBy;
}

/** Identifies a trained model. */
export interface BaseIdentity {
  readonly name: string;
  /** SHA-256 of the model's weights, in the order of its network's parameters. */
  readonly sha256: string;
}

/** The fields of a network's configuration that the training loop reads. Other fields are passed on unchanged. */
export interface NetworkConfig {
  readonly [field: string]: unknown;
  readonly dropout?: number | undefined;
  readonly num_class_embeds?: number | null | undefined;
  readonly num_tags?: number | null | undefined;
  readonly augment_dim?: number | null | undefined;
}

export interface ObjectiveConfig {
  /** Prediction of the network. Default: `flow` for a flow schedule, otherwise `epsilon`, as in Ho et al. 2020. */
  readonly prediction: PredictionType;
  /**
   * Weighting of the noise levels. Default `simple`, which is L_simple of Ho et al. According to Hang et al. 2023,
   * `min-snr` (γ = 5) converges faster.
   */
  readonly weighting: Weighting;
  /** Loss of a pixel. Default `mse`, the squared error, as in Ho et al. */
  readonly loss: PixelLoss;
  /** Density of the timesteps. Default `uniform` and not stratified, as in Ho et al. */
  readonly timesteps: TimestepDensity;
  /** Number of noises that are drawn for each image. The nearest noise is used. Default 1, as in Ho et al. */
  readonly noiseCandidates: number;
}

/** Fields of every optimizer. */
interface CommonOptimizerConfig {
  /**
   * Largest learning rate, above 0. Default: 2e-4, as for Adam in Ho et al. for 32×32 images, divided by the
   * optimizer's `rateDivisor`.
   */
  readonly learningRate: number;
  /** Global norm to which larger gradients are scaled down; null turns clipping off. Default 1, as in Ho et al. */
  readonly clipNorm: number | null;
}

type SettingsOf<K extends OptimizerKind> = {
  readonly [S in keyof OptimizerTable[K]['settings']]: number;
};

/**
 * An optimizer with its settings. Each optimizer declares its settings, their ranges and their defaults. Default
 * `adam`, as in Ho et al.
 */
export type OptimizerConfig = {
  [K in OptimizerKind]: { readonly kind: K } & CommonOptimizerConfig & SettingsOf<K>;
}[OptimizerKind];

/** A config as a user writes it. Fields with defaults are optional, at any depth. */
export type TrainConfigInput = Optional<Omit<TrainConfig, 'dataset' | 'network'>> &
  Pick<TrainConfig, 'dataset' | 'network'>;

type Optional<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Optional<T[K]> | undefined }
    : T;
