import type { TrainConfig } from '@isonoise/train';

/**
 * Returns a summary of a network, such as `UNet2DModel [32,64,64]`, `PatchedUNet2D [48,96], patches of 2` or
 * `AwjulianiUNet 64`.
 */
export function networkSummary({ network }: TrainConfig): string {
  const { _class_name: architecture, block_out_channels: channels, base_channels: base, dim } = network;
  const { patch_size: patch, add_attention: attention } = network;
  const parts = patch === undefined ? '' : `, patches of ${String(patch)}`;
  const without = attention === false ? ', no attention' : '';
  return `${String(architecture)} ${Array.isArray(channels) ? `[${channels}]` : String(base ?? dim)}${parts}${without}`;
}
