import type { Dataset } from '@isonoise/data';
import { type BaseModel, recipe, type TrainConfig } from '@isonoise/train';
import type { TrainChoice } from './train-form.ts';

/**
 * Settings in which a tab differs from the command. A tab may be closed at any time, so checkpoints are
 * frequent. The visitor watches the run, so samples are frequent, too. Ten samples in 12 steps take as long
 * as a few training steps.
 */
const WATCHED = {
  checkpointEvery: 20,
  keepCheckpoints: 2,
  sampleEvery: 50,
  sampleCount: 10,
  sampleSteps: 12,
} as const;

/**
 * Creates the configuration of a new run from the same recipe as the command.
 *
 * @param base the model that the run starts from; null for none
 * @throws `TRAIN_CONFIG`, `TRAIN_IMAGES`, `TRAIN_BASE`, `NETWORK_CONFIG`
 */
export function runConfig(choice: TrainChoice, dataset: Dataset, base: BaseModel | null = null): TrainConfig {
  const { preset, steps, minutes, batchSize, seed, channels } = choice;
  return recipe(dataset, preset, {
    train: { ...WATCHED, steps, ...(minutes !== null && { minutes }), batchSize, seed },
    network: channels === null ? {} : { block_out_channels: channels },
    base: base ?? undefined,
  });
}
