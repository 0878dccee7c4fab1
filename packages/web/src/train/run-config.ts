import { type BaseModel, type RecipeImages, recipe, type TrainConfig } from '@isonoise/train';
import { PRESETS } from '@isonoise/train/presets';
import type { TrainChoice } from './train-form.ts';

/**
 * Settings in which a tab differs from the command line. A tab may be closed at any time, so checkpoints are frequent.
 * The visitor watches the run, so samples are frequent, too. Ten samples in 12 steps take as long as a few training
 * steps.
 */
const WATCHED = {
  checkpointEvery: 20,
  keepCheckpoints: 2,
  sampleEvery: 50,
  sampleCount: 10,
  sampleSteps: 12,
} as const;

/**
 * Number of snapshots of power-function averages. A page exports the first average, which checkpoints contain, and
 * cannot reconstruct others. The default of 24 would fill much of the storage, so only the smallest number is kept.
 */
const SNAPSHOTS = 1;

/**
 * Creates the configuration of a new run from the same recipe as the command line.
 *
 * @param base the model that the run starts from; null for none
 * @throws `TRAIN_CONFIG`, `NETWORK_CONFIG`, `TRAIN_IMAGES` or `TRAIN_BASE` if the settings, the images and the base
 *   model do not fit together
 */
export function runConfig(
  choice: TrainChoice,
  images: RecipeImages,
  base: BaseModel | null = null,
): TrainConfig {
  const { preset, steps, minutes, batchSize, seed, augment, channels } = choice;
  const ema = PRESETS[preset].train.ema?.kind === 'power' ? { snapshots: SNAPSHOTS } : undefined;
  return recipe(images, preset, {
    train: {
      ...{ ...WATCHED, ema, steps, ...(minutes !== null && { minutes }), batchSize, seed },
      ...(augment > 0 && { augmentation: { probability: augment } }),
    },
    network: channels === null ? {} : { block_out_channels: channels },
    base: base ?? undefined,
  });
}
