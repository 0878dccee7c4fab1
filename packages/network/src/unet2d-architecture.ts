import type { Architecture, ConfigForImages, NetworkFields, NetworkImages } from './architecture.ts';
import { sampleSizeOf } from './sides.ts';
import { createUNet2D } from './unet2d.ts';
import { parseUNet2DConfig } from './unet2d-config.ts';
import { TILEABLE_UNET, UNET2D } from './unet2d-fields.ts';

const create: Architecture['create'] = (fields) => {
  const config = parseUNet2DConfig(fields);
  return { network: createUNet2D(config), config };
};

const configFor: Architecture['configFor'] = (images, given, preset) => {
  const { defaults, levels, halving } = levelsOf(given, preset);
  return {
    determined: determinedBy(images),
    defaults,
    multipleOf: 2 ** (levels - 1),
    reason: halving,
  };
};

/** The U-Net of DDPM, with the fields and weights of diffusers. */
export const unet2dArchitecture: Architecture = { name: UNET2D, diffusersClass: UNET2D, create, configFor };

/**
 * The same U-Net with convolutions that wrap around at the edges, which diffusers does not have.
 *
 * `UNet2DModel.from_pretrained` of diffusers ignores the class name of a file. It would load these weights, which have the
 * same names and shapes, and draw with zero padding. The blocks in files therefore have names of their own, which diffusers
 * refuses.
 */
export const tileableArchitecture: Architecture = {
  name: TILEABLE_UNET,
  diffusersClass: null,
  tileable: true,
  create: (fields) =>
    create(isFields(fields) ? withBlockNames(fields, (name) => name.replace(TILEABLE_BLOCK, '')) : fields),
  forFile: (config) =>
    withBlockNames(config, (name) => (TILEABLE_BLOCK.test(name) ? name : `Tileable${name}`)),
  configFor,
};

const isFields = (value: unknown): value is NetworkFields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Beginning of the names of blocks whose convolutions wrap around. */
const TILEABLE_BLOCK = /^Tileable/;

/** Changes the names of the blocks of a configuration; values that are not names stay as they are, for the parser. */
function withBlockNames(config: NetworkFields, change: (name: string) => string): NetworkFields {
  const fields: Record<string, unknown> = { ...config };
  for (const key of ['down_block_types', 'up_block_types']) {
    const names = fields[key];
    if (Array.isArray(names))
      fields[key] = names.map((name: unknown) => (typeof name === 'string' ? change(name) : name));
  }
  return fields;
}

/** Returns the fields of a U-Net that the images determine. */
export function determinedBy({
  shape,
  numClassEmbeds,
  numTags,
  augmentLabels,
}: NetworkImages): NetworkFields {
  return {
    sample_size: sampleSizeOf(shape),
    in_channels: shape.channels,
    out_channels: shape.channels,
    num_class_embeds: numClassEmbeds,
    ...(numTags > 0 && { num_tags: numTags }),
    ...(augmentLabels > 0 && { augment_dim: augmentLabels }),
  };
}

/** Levels of a U-Net, and the fields that depend on their number. */
interface Levels extends Pick<ConfigForImages, 'defaults'> {
  readonly levels: number;
  /** Why the sides of images must be multiples, for errors. */
  readonly halving: string;
}

/**
 * Returns the levels of a U-Net from its fields. By default, only the coarsest level has self-attention, because the cost
 * of attention grows with the square of the number of pixels. With `add_attention` false, no level has self-attention.
 */
export function levelsOf(given: NetworkFields, preset: NetworkFields): Levels {
  const { block_out_channels: widths, add_attention: attention } = { ...preset, ...given };
  // The parser rejects widths that are not a list.
  const levels = Array.isArray(widths) ? widths.length : 1;
  return {
    levels,
    defaults: { ...blockTypes(levels, attention !== false), ...preset },
    halving: `a network of ${levels} levels (${String(widths)}) halves them ${levels - 1} times`,
  };
}

function blockTypes(levels: number, attends: boolean): NetworkFields {
  const down = Array.from({ length: levels }, (_, level) =>
    attends && level === levels - 1 ? 'AttnDownBlock2D' : 'DownBlock2D',
  );
  return {
    down_block_types: down,
    up_block_types: down.map((type) => type.replace('Down', 'Up')).reverse(),
  };
}
