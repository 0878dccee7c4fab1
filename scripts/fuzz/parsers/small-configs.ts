import { parseUNet2DConfig, type UNet2DConfig } from '@isonoise/network';
import { parseTrainConfig, type TrainConfig } from '@isonoise/train';

export const smallNetworkConfig: UNet2DConfig = parseUNet2DConfig({
  sample_size: 8,
  block_out_channels: [8, 16],
  down_block_types: ['DownBlock2D', 'AttnDownBlock2D'],
  up_block_types: ['AttnUpBlock2D', 'UpBlock2D'],
  num_class_embeds: 3,
});

export const smallTrainConfig: TrainConfig = parseTrainConfig({
  dataset: 'mnist',
  network: smallNetworkConfig,
  steps: 100,
});
