import type { Dataset } from '@isonoise/data';
import { createNetwork } from '@isonoise/network';
import { parseTrainConfig, type TrainConfig } from '@isonoise/train';
import { attentionAtTheLowest, PRESETS, presetFor } from '@isonoise/train/presets';
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
 * The configuration of a new run: the preset, what the form says, and the shape and classes of the images; the command
 * makes the same of the same.
 *
 * @throws `TRAIN_CONFIG`; `NETWORK_CONFIG`
 */
export function runConfig(choice: TrainChoice, { name, shape, classNames }: Dataset): TrainConfig {
  const { preset, steps, batchSize, seed, channels } = choice;
  const { network } = PRESETS[preset];
  const classes = classNames?.length ?? 0;
  const { config } = createNetwork({
    ...attentionAtTheLowest(channels.length),
    ...network,
    block_out_channels: channels,
    sample_size: shape.width,
    in_channels: shape.channels,
    out_channels: shape.channels,
    // A row for each class, and one for "no class", because labels are dropped now and then.
    num_class_embeds: classes === 0 ? null : classes + 1,
  });
  return parseTrainConfig({
    ...presetFor(PRESETS[preset], steps),
    ...WATCHED,
    dataset: name,
    steps,
    batchSize,
    seed,
    network: config,
  });
}
