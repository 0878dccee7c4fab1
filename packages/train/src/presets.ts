/** Subpath `@isonoise/train/presets`: the named recipes. It does not load the modules for training. */
import type { TrainConfigInput } from './train-config.ts';

export { DEFAULT_PROBABILITY } from './augmentation/probability.ts';
export { TRANSFORM_NAMES, type TransformName } from './augmentation/transforms.ts';
export { isAverageLength, LENGTH_RANGE } from './averages/power-function.ts';
export { EMA_KINDS, type EmaKind } from './ema-kinds.ts';
export { LEARNING_RATE_KINDS, type LearningRateKind } from './learning-rate.ts';
export { OPTIMIZER_KINDS, type OptimizerKind } from './optimizers/kinds.ts';
export { BEST_BY, type BestBy } from './quality.ts';

/**
 * Names of the presets. The first three are for any images and differ in their duration. Each of the others is for
 * one type of pictures.
 */
export const PRESET_NAMES = ['quick', 'base', 'large', 'sprites', 'icons', 'photos', 'textures'] as const;

export type PresetName = (typeof PRESET_NAMES)[number];

/** A named recipe. Its values apply to settings that are neither in the config file nor in the flags. */
export interface Preset {
  /** One line for `--help`. */
  readonly description: string;
  readonly network: {
    readonly block_out_channels: readonly number[];
    readonly layers_per_block: number;
    readonly norm_num_groups: number;
    /** Whether the middle of the network has attention. Default true. */
    readonly add_attention?: boolean;
    /**
     * Side, in pixels, of the patches into which the network divides an image. By default, it reads single pixels. Ignored
     * if the user's settings or the base model name an architecture.
     */
    readonly patch_size?: number;
  };
  readonly train: Omit<TrainConfigInput, 'dataset' | 'network'>;
}

/**
 * Settings that suit a small budget. With ε, an error of the network at high noise becomes an error of the image that
 * is 1/√ᾱ times as large. This factor can exceed 100, and guidance enlarges the error further, so shapes become
 * wrong. With v, the error is not enlarged. The cosine schedule has most of its steps at the noise levels that matter
 * for small images. Min-SNR weights give recognisable digits after a few hundred steps.
 */
const GUIDABLE = {
  schedule: { kind: 'cosine' },
  objective: { prediction: 'v_prediction', weighting: { kind: 'min-snr', gamma: 5 } },
} as const;

/**
 * The corresponding settings for flow matching. The network predicts the velocity, with the same weight at every
 * timestep (Liu et al. 2023).
 */
const FLOW = {
  schedule: { kind: 'flow' },
  objective: { prediction: 'flow', weighting: { kind: 'simple' } },
} as const;

/**
 * The optimizer of all presets. A step of Muon takes up to 13 % more processor time than a step of Adam. After the
 * same time, the images are still much better (docs/recipes.md).
 */
const MUON = 'muon';

/** Complete recipes. Each gives a good model of small images, and its learning rate ends near zero. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  quick: {
    description: 'at most five minutes on two cores: recognisable digits',
    network: { block_out_channels: [16, 32, 48], layers_per_block: 1, norm_num_groups: 8 },
    train: {
      batchSize: 32,
      steps: 1000,
      ...GUIDABLE,
      optimizer: { kind: MUON, learningRate: 2e-3 },
      learningRateSchedule: { kind: 'cosine', warmupSteps: 50 },
      ema: { decay: 0.99 },
      sampleEvery: 500,
      checkpointEvery: 100,
    },
  },
  base: {
    description: 'an hour on two cores: clean digits of all ten classes',
    network: { block_out_channels: [24, 48, 64], layers_per_block: 1, norm_num_groups: 8 },
    train: {
      batchSize: 32,
      steps: 5400,
      ...GUIDABLE,
      optimizer: { kind: MUON, learningRate: 1.5e-3 },
      learningRateSchedule: { kind: 'cosine' },
      ema: { decay: 0.999 },
      sampleEvery: 500,
      checkpointEvery: 250,
    },
  },
  large: {
    description: 'several hours on two cores, or a GPU: 1.7 million parameters, finer strokes',
    network: { block_out_channels: [40, 80, 80], layers_per_block: 1, norm_num_groups: 8 },
    train: {
      batchSize: 32,
      steps: 19_000,
      ...GUIDABLE,
      optimizer: { kind: MUON, learningRate: 7e-4 },
      learningRateSchedule: { kind: 'cosine' },
      ema: { decay: 0.999 },
      sampleEvery: 1000,
      checkpointEvery: 500,
    },
  },
  sprites: {
    description:
      'pixel art of 16 to 32 pixels, from about 100 pictures; two minutes on two cores for 16 pixels',
    network: { block_out_channels: [32, 64, 64], layers_per_block: 1, norm_num_groups: 8 },
    train: {
      batchSize: 32,
      steps: 600,
      ...GUIDABLE,
      optimizer: { kind: MUON, learningRate: 2e-3 },
      learningRateSchedule: { kind: 'cosine', warmupSteps: 50 },
      ema: { decay: 0.99 },
      sampleEvery: 500,
      checkpointEvery: 100,
    },
  },
  // The recipe of models/icons (docs/your-own-pictures.md).
  icons: {
    description: 'icons of 32 pixels, from about 1,000 pictures; an hour on two cores',
    network: { block_out_channels: [48, 96, 160], layers_per_block: 1, norm_num_groups: 8, patch_size: 2 },
    train: {
      batchSize: 32,
      steps: 8600,
      ...GUIDABLE,
      optimizer: { kind: MUON, learningRate: 1.5e-3 },
      learningRateSchedule: { kind: 'warmup-stable-decay', warmupSteps: 200 },
      ema: { kind: 'power' },
      sampleEvery: 1000,
      checkpointEvery: 250,
    },
  },
  photos: {
    description: 'photos of 32 to 64 pixels, mirrored at random; many hours on two cores, or a GPU',
    network: { block_out_channels: [48, 96, 128], layers_per_block: 1, norm_num_groups: 8 },
    train: {
      batchSize: 32,
      steps: 30_000,
      ...GUIDABLE,
      optimizer: { kind: MUON, learningRate: 1e-3 },
      learningRateSchedule: { kind: 'cosine' },
      ema: { decay: 0.999 },
      flip: true,
      sampleEvery: 1000,
      checkpointEvery: 250,
    },
  },
  textures: {
    description: 'parts of textures, 64 pixels, for --tileable; three minutes on two cores',
    // Textures are drawn in larger sizes, and the cost of attention grows with the square of the number of pixels.
    network: {
      block_out_channels: [16, 32, 64],
      layers_per_block: 1,
      norm_num_groups: 8,
      add_attention: false,
    },
    train: {
      batchSize: 8,
      steps: 600,
      ...GUIDABLE,
      optimizer: { kind: MUON, learningRate: 1.5e-3 },
      learningRateSchedule: { kind: 'cosine', warmupSteps: 50 },
      ema: { decay: 0.985 },
      sampleEvery: 300,
      checkpointEvery: 100,
    },
  },
};

/**
 * Returns a preset's training fields, for diffusion or for flow matching, and for a given number of steps. If
 * `steps` is given, warmup and the interval between checkpoints are at most a tenth of it. Frequent checkpoints let even a
 * short run resume after a kill.
 *
 * @param relative whether the decay of the EMA and the interval between sample sheets are adapted to `steps`, as in a run
 *   with `minutes`
 */
export function presetFor(
  preset: Preset,
  flow: boolean,
  steps: number | undefined,
  relative = false,
): Preset['train'] {
  const train = flow ? { ...preset.train, ...FLOW } : preset.train;
  const { learningRateSchedule: schedule, checkpointEvery } = train;
  if (steps === undefined || checkpointEvery === undefined) return train;
  const tenth = Math.floor(steps / 10);
  const warmup = schedule?.warmupSteps;
  return {
    ...train,
    ...(relative && relativeLengths(train, steps)),
    checkpointEvery: Math.min(checkpointEvery, Math.max(1, tenth)),
    ...(warmup !== undefined && {
      learningRateSchedule: { ...schedule, warmupSteps: Math.min(warmup, tenth) },
    }),
  };
}

/** Approximate minimum number of sample sheets in a run with `minutes`. */
const GRIDS = 4;

/**
 * Adapts the decay of the EMA, so that it averages over the same share of the run as in the preset, and limits the
 * interval between sample sheets.
 */
function relativeLengths(
  { steps: usual, ema, sampleEvery }: Preset['train'],
  steps: number,
): Partial<Preset['train']> {
  const decay = ema !== undefined && 'decay' in ema ? ema.decay : undefined;
  return {
    ...(sampleEvery !== undefined && { sampleEvery: Math.min(sampleEvery, Math.ceil(steps / GRIDS)) }),
    ...(decay !== undefined &&
      usual !== undefined && {
        // An average of decay d covers about 1 / (1 − d) steps.
        ema: { ...ema, decay: Number(Math.max(0, 1 - ((1 - decay) * usual) / steps).toPrecision(6)) },
      }),
  };
}
