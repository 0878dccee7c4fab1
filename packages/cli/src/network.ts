import { createUNet2D, type Network, parseUNetConfig, type UNetConfig } from '@isonoise/unet';

/**
 * The network that a configuration describes, and the configuration with every default filled in.
 *
 * @param config the `unet` of a training configuration, or `unet/config.json`
 * @throws UNetConfigError `UNET_CONFIG`
 */
export function createNetwork(config: unknown): { readonly network: Network; readonly config: UNetConfig } {
  const parsed = parseUNetConfig(config);
  return { network: createUNet2D(parsed), config: parsed };
}
