import type { ImageShape } from '@isonoise/schedule';
import type { Corruption } from './corruption.ts';
import { BLUR } from './corruptions.ts';
import { COARSE, fieldsOf } from './smooth-fields.ts';

// Faults that mix a picture with a changed copy of itself, by a smooth mask.

export const PATCHES: Corruption = {
  name: 'patches',
  unit: 'share of the picture that its upside-down copy replaces',
  strengths: [0.05, 0.1, 0.2, 0.4],
  apply(images, shape, strength, seed) {
    mix(images, shape, turn(images, shape), strength, seed);
  },
};

export const SMEARS: Corruption = {
  name: 'smears',
  unit: 'share of the picture that is blurred with a deviation of 2 pixels of 32×32',
  strengths: [0.1, 0.2, 0.4, 0.8],
  apply(images, shape, strength, seed) {
    const blurred = images.slice();
    BLUR.apply(blurred, shape, 2);
    mix(images, shape, blurred, strength, seed);
  },
};

/** Rotates pictures by 180°. */
function turn(images: Float32Array, { height, width }: ImageShape): Float32Array {
  const turned = images.slice();
  for (let first = 0; first < turned.length; first += height * width)
    turned.subarray(first, first + height * width).reverse();
  return turned;
}

/** Width of the edge of a mask, as a difference of values of the random function. */
const EDGE = 0.25;

/** Replaces a share of each picture by the same places of a copy. */
function mix(
  images: Float32Array,
  { channels, height, width }: ImageShape,
  copy: Float32Array,
  share: number,
  seed = 0,
): void {
  const plane = height * width;
  for (let first = 0, image = 0; first < images.length; first += channels * plane, image++) {
    const [field = () => 0] = fieldsOf(seed, image, [COARSE]);
    const values = Float64Array.from({ length: plane }, (_, i) =>
      field(((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height),
    );
    const limit = values.toSorted()[Math.round(share * (plane - 1))] as number;
    for (let i = 0; i < plane; i++) {
      const weight = Math.min(Math.max((limit - (values[i] as number)) / EDGE + 0.5, 0), 1);
      for (let c = 0; c < channels; c++) {
        const at = first + c * plane + i;
        images[at] = (1 - weight) * (images[at] as number) + weight * (copy[at] as number);
      }
    }
  }
}
