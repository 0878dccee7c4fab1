import type { TrainConfigInput } from '@isonoise/train';

/** A named recipe: whatever a config file and flags do not say. */
export interface Preset {
  /** One line for `--help`. */
  readonly description: string;
  readonly unet: {
    readonly block_out_channels: readonly number[];
    readonly layers_per_block: number;
    readonly norm_num_groups: number;
  };
  readonly train: Omit<TrainConfigInput, 'dataset' | 'unet'>;
}

/** Values measured on two CPU cores; each is a whole recipe, so that a preset alone gives a good model. */
export const PRESETS = {
  quick: {
    description: 'a few minutes on two cores: digits a person recognises',
    unet: { block_out_channels: [16, 32, 48], layers_per_block: 1, norm_num_groups: 8 },
    train: {
      batchSize: 32,
      steps: 1200,
      optimizer: { learningRate: 1e-3 },
      learningRateSchedule: { kind: 'cosine' },
      ema: { decay: 0.99 },
      sampleEvery: 300,
      checkpointEvery: 100,
    },
  },
  base: {
    description: 'an hour or two on two cores: clean digits, all classes',
    unet: { block_out_channels: [32, 64, 64], layers_per_block: 1, norm_num_groups: 8 },
    train: {
      batchSize: 32,
      steps: 12_000,
      optimizer: { learningRate: 5e-4 },
      learningRateSchedule: { kind: 'cosine' },
      ema: { decay: 0.999 },
      sampleEvery: 500,
      checkpointEvery: 250,
    },
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES: readonly PresetName[] = ['quick', 'base'];
export const DEFAULT_PRESET: PresetName = 'base';
