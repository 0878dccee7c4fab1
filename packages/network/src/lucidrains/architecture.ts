import type { Architecture } from '../architecture.ts';
import { sampleSizeOf } from '../sides.ts';
import { DEFAULT_DIM_MULTS, LUCIDRAINS_UNET, parseLucidrainsConfig } from './config.ts';
import { createLucidrainsUNet } from './create-lucidrains-unet.ts';

/** The U-Net of denoising-diffusion-pytorch, which diffusers does not have. */
export const lucidrainsArchitecture: Architecture = {
  name: LUCIDRAINS_UNET,
  diffusersClass: null,
  create: (fields) => {
    const config = parseLucidrainsConfig(fields);
    return { network: createLucidrainsUNet(config), config };
  },
  configFor: ({ shape }, { dim_mults: multipliers = DEFAULT_DIM_MULTS }) => {
    // The parser rejects multipliers that are not a list.
    const levels = Array.isArray(multipliers) ? multipliers.length : 1;
    return {
      determined: {
        sample_size: sampleSizeOf(shape),
        in_channels: shape.channels,
        out_channels: shape.channels,
        num_class_embeds: null,
      },
      defaults: {},
      multipleOf: 2 ** (levels - 1),
      reason: `${LUCIDRAINS_UNET} of ${levels} levels halves them ${levels - 1} times`,
    };
  },
};
