import type { ConfiguredNetwork } from './architecture.ts';
import { architectureOf } from './architectures.ts';

/**
 * Makes the network of a configuration of any architecture.
 *
 * @param config contents of `unet/config.json`, or the `network` of a training configuration; `_class_name`
 *   selects the architecture, default `UNet2DModel`
 * @throws `NETWORK_CONFIG` if fields are wrong; the message names each of them
 */
export function createNetwork(config: unknown): ConfiguredNetwork {
  return architectureOf(config).create(config);
}
