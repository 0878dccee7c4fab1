import type { Architecture, NetworkFields } from './architecture.ts';
import { awjulianiArchitecture } from './awjuliani/architecture.ts';
import { lucidrainsArchitecture } from './lucidrains/architecture.ts';
import { configError } from './parse-config.ts';
import { patchedArchitecture } from './patched/architecture.ts';
import { tileableArchitecture, unet2dArchitecture } from './unet2d-architecture.ts';

/** All architectures. The first is that of configurations without `_class_name`. */
const ARCHITECTURES = [
  unet2dArchitecture,
  tileableArchitecture,
  patchedArchitecture,
  awjulianiArchitecture,
  lucidrainsArchitecture,
] as const satisfies readonly Architecture[];

/** Returns the architecture with a name; undefined if it is unknown. */
export const findArchitecture = (name: unknown): Architecture | undefined =>
  ARCHITECTURES.find((each) => each.name === name);

/**
 * Returns the architecture of a configuration.
 *
 * @param config contents of `unet/config.json`, or the `network` of a training configuration; without `_class_name`, it
 *   is a `UNet2DModel`
 * @throws `NETWORK_CONFIG` if `_class_name` is unknown
 */
export function architectureOf(config: unknown): Architecture {
  const name = (config as { _class_name?: unknown } | null | undefined)?._class_name ?? ARCHITECTURES[0].name;
  const found = findArchitecture(name);
  if (found !== undefined) return found;
  throw configError([
    `_class_name: got ${JSON.stringify(name)}; expected ${ARCHITECTURES.map((each) => each.name).join(', ')}`,
  ]);
}

/** Returns a configuration as `unet/config.json` contains it. @throws `NETWORK_CONFIG` as {@link architectureOf} */
export function configForFile(config: NetworkFields): NetworkFields {
  return architectureOf(config).forFile?.(config) ?? config;
}

/** Architectures that `diffusers` has, by their class there. */
export const DIFFUSERS_ARCHITECTURES: ReadonlyMap<string, Architecture> = new Map(
  ARCHITECTURES.flatMap((each): [string, Architecture][] =>
    each.diffusersClass === null ? [] : [[each.diffusersClass, each]],
  ),
);
