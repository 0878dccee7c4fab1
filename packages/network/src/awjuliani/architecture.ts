import type { Architecture } from '../architecture.ts';
import { AWJULIANI_UNET, parseAwjulianiConfig } from './config.ts';
import { createAwjulianiUNet } from './create-awjuliani-unet.ts';

/** The U-Net of the reference implementation, which diffusers does not have. */
export const awjulianiArchitecture: Architecture = {
  name: AWJULIANI_UNET,
  diffusersClass: null,
  create: (fields) => {
    const config = parseAwjulianiConfig(fields);
    return { network: createAwjulianiUNet(config), config };
  },
  configFor: ({ shape }) => ({
    determined: { sample_size: shape.height, in_channels: shape.channels, num_class_embeds: null },
    defaults: {},
    multipleOf: 8,
    reason: `${AWJULIANI_UNET} halves them 3 times`,
    squares: true,
  }),
};
