import { type AwjulianiConfig, parseAwjulianiConfig } from './awjuliani/config.ts';
import { createAwjulianiUNet } from './awjuliani/create-awjuliani-unet.ts';
import type { Network } from './network.ts';
import { configError } from './parse-config.ts';
import { createUNet2D } from './unet2d.ts';
import { parseUNet2DConfig, type UNet2DConfig } from './unet2d-config.ts';

export interface ConfiguredNetwork {
  readonly network: Network;
  /** Every default filled in: what belongs into a saved configuration. */
  readonly config: UNet2DConfig | AwjulianiConfig;
}

/** An architecture a row, under the name that `_class_name` has for it. */
const architectures: Readonly<Record<string, (config: unknown) => ConfiguredNetwork>> = {
  UNet2DModel: (fields) => {
    const config = parseUNet2DConfig(fields);
    return { network: createUNet2D(config), config };
  },
  AwjulianiUNet: (fields) => {
    const config = parseAwjulianiConfig(fields);
    return { network: createAwjulianiUNet(config), config };
  },
};

const DEFAULT_ARCHITECTURE = 'UNet2DModel';

/**
 * The network that a configuration describes, whichever its architecture.
 *
 * @param config the content of `unet/config.json`, or the `unet` of a training configuration; `_class_name` names the
 *   architecture, `UNet2DModel` where it is left out
 * @throws `NETWORK_CONFIG` that names each field that is wrong
 */
export function createNetwork(config: unknown): ConfiguredNetwork {
  const name = (config as { _class_name?: unknown } | null | undefined)?._class_name ?? DEFAULT_ARCHITECTURE;
  const known = Object.keys(architectures);
  const create = known.includes(String(name)) ? architectures[String(name)] : undefined;
  if (create === undefined) {
    throw configError([`_class_name: got ${JSON.stringify(name)}, wanted ${known.join(' or ')}`]);
  }
  return create(config);
}
