import type { Dataset } from '@isonoise/data';
import { recipe, type TrainConfig } from '@isonoise/train';
import type { TrainChoice } from './train-form.ts';

/**
 * What a tab does otherwise than the command: it may be closed at any time, and somebody watches. A grid of ten in few
 * steps takes as long as a few training steps.
 */
const WATCHED = {
  checkpointEvery: 20,
  keepCheckpoints: 2,
  sampleEvery: 50,
  sampleCount: 10,
  sampleSteps: 12,
} as const;

/**
 * The configuration of a new run, made as the command makes it.
 *
 * @throws `TRAIN_CONFIG`, `TRAIN_IMAGES`, `NETWORK_CONFIG`
 */
export function runConfig(choice: TrainChoice, dataset: Dataset): TrainConfig {
  const { preset, steps, batchSize, seed, channels } = choice;
  return recipe(dataset, preset, {
    train: { ...WATCHED, steps, batchSize, seed },
    network: { block_out_channels: channels },
  });
}
