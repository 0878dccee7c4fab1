import { type AwjulianiConfig, parseAwjulianiConfig } from './awjuliani/config.ts';
import { createAwjulianiUNet } from './awjuliani/create-awjuliani-unet.ts';
import { LUCIDRAINS_UNET, type LucidrainsConfig, parseLucidrainsConfig } from './lucidrains/config.ts';
import { createLucidrainsUNet } from './lucidrains/create-lucidrains-unet.ts';
import type { Network } from './network.ts';
import { configError } from './parse-config.ts';
import { PATCHED_UNET, type PatchedConfig, parsePatchedConfig } from './patched/config.ts';
import { createPatchedUNet } from './patched/create-patched-unet.ts';
import { createUNet2D } from './unet2d.ts';
import { parseUNet2DConfig, TILEABLE_UNET, type UNet2DConfig } from './unet2d-config.ts';

export interface ConfiguredNetwork {
  readonly network: Network;
  /** Configuration with all defaults filled in, to be saved. */
  readonly config: UNet2DConfig | PatchedConfig | AwjulianiConfig | LucidrainsConfig;
}

interface Architecture {
  readonly create: (fields: unknown) => ConfiguredNetwork;
  /**
   * Number of times that all networks of this architecture halve the images; undefined if it depends on the
   * configuration.
   */
  readonly halvings?: number;
}

/** Architectures by `_class_name`. */
const architectures: Readonly<Record<string, Architecture>> = {
  UNet2DModel: { create: createFromConfig },
  [TILEABLE_UNET]: { create: createFromConfig },
  [PATCHED_UNET]: {
    create: (fields) => {
      const config = parsePatchedConfig(fields);
      return { network: createPatchedUNet(config), config };
    },
  },
  AwjulianiUNet: {
    create: (fields) => {
      const config = parseAwjulianiConfig(fields);
      return { network: createAwjulianiUNet(config), config };
    },
    halvings: 3,
  },
  [LUCIDRAINS_UNET]: {
    create: (fields) => {
      const config = parseLucidrainsConfig(fields);
      return { network: createLucidrainsUNet(config), config };
    },
  },
};

function createFromConfig(fields: unknown): ConfiguredNetwork {
  const config = parseUNet2DConfig(fields);
  return { network: createUNet2D(config), config };
}

function architectureOf(name: unknown): Architecture {
  const known = Object.keys(architectures);
  const found = known.includes(String(name)) ? architectures[String(name)] : undefined;
  if (found !== undefined) return found;
  throw configError([`_class_name: got ${JSON.stringify(name)}; expected ${known.join(', ')}`]);
}

/**
 * Returns the number of times that all networks of an architecture halve the images; 0 if it depends on the
 * configuration.
 *
 * @throws `NETWORK_CONFIG` if the name is unknown
 */
export const halvingsOf = (className: unknown): number => architectureOf(className).halvings ?? 0;

const DEFAULT_ARCHITECTURE = 'UNet2DModel';

/**
 * Makes the network of a configuration of any architecture.
 *
 * @param config contents of `unet/config.json`, or the `network` of a training configuration; `_class_name`
 *   selects the architecture, default `UNet2DModel`
 * @throws `NETWORK_CONFIG` if fields are wrong; the message names each of them
 */
export function createNetwork(config: unknown): ConfiguredNetwork {
  const name = (config as { _class_name?: unknown } | null | undefined)?._class_name ?? DEFAULT_ARCHITECTURE;
  return architectureOf(name).create(config);
}
