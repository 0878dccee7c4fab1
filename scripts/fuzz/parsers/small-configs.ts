import { parseTrainConfig, type TrainConfig } from '@isonoise/train';
import { parseUNetConfig, type UNetConfig } from '@isonoise/unet';

export const smallUNetConfig: UNetConfig = parseUNetConfig({
  sample_size: 8,
  block_out_channels: [8, 16],
  down_block_types: ['DownBlock2D', 'AttnDownBlock2D'],
  up_block_types: ['AttnUpBlock2D', 'UpBlock2D'],
  num_class_embeds: 3,
});

export const smallTrainConfig: TrainConfig = parseTrainConfig({
  dataset: 'mnist',
  unet: smallUNetConfig,
  steps: 100,
});
