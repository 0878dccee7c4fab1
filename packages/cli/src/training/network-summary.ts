import type { TrainConfig } from '@isonoise/train';

/** Summarizes a network: `UNet2DModel [32,64,64]`, `AwjulianiUNet 64`. */
export function networkSummary({ network }: TrainConfig): string {
  const { _class_name: architecture, block_out_channels: channels, base_channels: base } = network;
  return `${String(architecture)} ${Array.isArray(channels) ? `[${channels}]` : String(base)}`;
}
