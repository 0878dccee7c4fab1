import type { Architecture, ConfigForImages, NetworkFields, NetworkImages } from './architecture.ts';
import { sampleSizeOf } from './sides.ts';
import { createUNet2D } from './unet2d.ts';
import { parseUNet2DConfig, TILEABLE_UNET, UNET2D } from './unet2d-config.ts';

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

/** The same U-Net with convolutions that wrap around at the edges, which diffusers does not have. */
export const tileableArchitecture: Architecture = {
  name: TILEABLE_UNET,
  diffusersClass: null,
  tileable: true,
  create,
  configFor,
};

/** Returns the fields of a U-Net that the images determine. */
export function determinedBy({ shape, numClassEmbeds, numTags }: NetworkImages): NetworkFields {
  return {
    sample_size: sampleSizeOf(shape),
    in_channels: shape.channels,
    out_channels: shape.channels,
    num_class_embeds: numClassEmbeds,
    ...(numTags > 0 && { num_tags: numTags }),
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
