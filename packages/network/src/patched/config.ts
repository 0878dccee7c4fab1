import { plural } from '@isonoise/error';
import * as v from 'valibot';
import { NETWORK_LIMITS } from '../limits.ts';
import { configError } from '../parse-config.ts';
import { type Sides, sampleSizeOf, scaleSides, sidesOf } from '../sides.ts';
import { parseUNet2DConfig } from '../unet2d-config.ts';
import { UNET2D, type UNet2DConfig } from '../unet2d-fields.ts';

/** The class name of the architecture. diffusers does not have this class and refuses such a model. */
export const PATCHED_UNET = 'PatchedUNet2D';

/**
 * Configuration of a U-Net over patches of pixels: the fields of `UNet2DModel`, and `patch_size`.
 * `sample_size`, `in_channels` and `out_channels` describe the images, not the patches.
 */
export interface PatchedConfig extends Omit<UNet2DConfig, '_class_name'> {
  readonly _class_name: typeof PATCHED_UNET;
  /** Height and width of a patch in pixels; divides `sample_size`. Default {@link DEFAULT_PATCH_SIZE}. */
  readonly patch_size: number;
}

export const DEFAULT_PATCH_SIZE = 2;

const patchSize = v.optional(
  v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(16)),
  DEFAULT_PATCH_SIZE,
);

/** Returns the configuration of the U-Net over the patches. */
export function innerConfig({ patch_size: patch, ...config }: PatchedConfig): UNet2DConfig {
  return {
    ...config,
    _class_name: UNET2D,
    sample_size: sampleSizeOf(scaleSides(sidesOf(config.sample_size), 1 / patch)),
    in_channels: config.in_channels * patch ** 2,
    out_channels: config.out_channels * patch ** 2,
  };
}

/**
 * Validates a configuration of a U-Net over patches.
 *
 * @param input keys that start with `_`, except `_class_name`, are notes and are ignored
 * @throws `NETWORK_CONFIG` if fields are wrong; the message names each of them
 */
export function parsePatchedConfig(input: unknown): PatchedConfig {
  const { patch_size: given, ...fields } = input as { readonly patch_size?: unknown };
  const parsed = v.safeParse(patchSize, given);
  if (!parsed.success) {
    throw configError([`patch_size: got ${JSON.stringify(given)}; expected a whole number from 2 to 16`]);
  }
  const patch = parsed.output;
  const size: unknown = Reflect.get(fields, 'sample_size');
  const sides = sidesGiven(size);
  const problem =
    sides === null ? null : sizeProblem(size, sides, patch, Reflect.get(fields, 'block_out_channels'));
  if (problem !== null) throw configError([problem]);
  // The inner network is checked with its own sizes, because its levels halve patches, not pixels.
  const inner = parseUNet2DConfig({
    ...fields,
    _class_name: UNET2D,
    ...(sides !== null && { sample_size: sampleSizeOf(scaleSides(sides, 1 / patch)) }),
  });
  return {
    ...inner,
    _class_name: PATCHED_UNET,
    sample_size: sampleSizeOf(scaleSides(sidesOf(inner.sample_size), patch)),
    patch_size: patch,
  };
}

/** Returns the sides in a configuration; null if they are not numbers. The inner network then reports them. */
function sidesGiven(size: unknown): Sides | null {
  if (typeof size === 'number') return { height: size, width: size };
  if (!Array.isArray(size) || size.length !== 2) return null;
  const [height, width]: unknown[] = size;
  return typeof height === 'number' && typeof width === 'number' ? { height, width } : null;
}

/**
 * Checks the size of the images in pixels, because messages of the inner network would state sizes in patches.
 */
function sizeProblem(
  given: unknown,
  { height, width }: Sides,
  patch: number,
  channels: unknown,
): string | null {
  const most = NETWORK_LIMITS.side * patch;
  const sides = [height, width];
  const text = JSON.stringify(given);
  if (sides.some((side) => !Number.isInteger(side) || side < 1 || side > most)) {
    return `sample_size: got ${text}; expected a whole number from 1 to ${most}`;
  }
  if (sides.some((side) => side % patch !== 0))
    return `sample_size is ${text}; expected a multiple of patch_size ${patch}`;
  const levels = Array.isArray(channels) ? channels.length : 1;
  const factor = patch * 2 ** (levels - 1);
  return levels > NETWORK_LIMITS.levels || sides.every((side) => side % factor === 0)
    ? null
    : `sample_size is ${text}; expected a multiple of ${factor} for ${plural(levels, 'level')} of patches of ${patch}×${patch} pixels`;
}
