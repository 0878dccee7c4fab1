import type { Architecture } from '../architecture.ts';
import { determinedBy, levelsOf } from '../unet2d-architecture.ts';
import { DEFAULT_PATCH_SIZE, PATCHED_UNET, parsePatchedConfig } from './config.ts';
import { createPatchedUNet } from './create-patched-unet.ts';

/** A U-Net over patches of pixels, which diffusers does not have. */
export const patchedArchitecture: Architecture = {
  name: PATCHED_UNET,
  diffusersClass: null,
  create: (fields) => {
    const config = parsePatchedConfig(fields);
    return { network: createPatchedUNet(config), config };
  },
  configFor: (images, given, preset) => {
    const { levels, defaults, halving } = levelsOf(given, preset);
    const { patch_size: patch = DEFAULT_PATCH_SIZE } = given;
    const halved = 2 ** (levels - 1);
    const factor = Number(patch) * halved;
    return {
      determined: determinedBy(images),
      defaults,
      // The parser rejects a patch size that is not a whole number.
      multipleOf: Number.isInteger(factor) ? factor : 1,
      reason: `${halving}, in patches of ${String(patch)} pixels`,
      alternative: { multipleOf: halved, how: 'use a network without patches' },
    };
  },
};
