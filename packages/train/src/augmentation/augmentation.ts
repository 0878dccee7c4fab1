import { fillUniforms } from '@isonoise/random';
import type { ImageShape } from '@isonoise/schedule';
import { compose, IDENTITY } from './affine.ts';
import { TRANSFORM_NAMES, TRANSFORMS, type TransformName } from './transforms.ts';
import { type Border, warp } from './warp.ts';

/**
 * Random transforms of the training images. The network gets their settings as labels, and drawn images have labels of
 * 0. The model therefore learns from more images than the data set has, but does not draw transformed images.
 *
 * Source: Karras et al. 2022 (EDM), arXiv 2206.00364, section 5 and appendix F.2
 */
export interface AugmentationConfig {
  /**
   * Probability of each transform, for each image, in [0, 1). Default 0.12. With 0, images are
   * not augmented.
   */
  readonly probability: number;
  /** Transforms to choose from. Default: all. */
  readonly transforms: readonly TransformName[];
}

/** Images of a step, and the labels of their transforms. */
export interface AugmentedImages {
  /** `[B, C, H, W]` */
  readonly images: Float32Array;
  /** `[B, A]` */
  readonly augmentLabels: Float32Array;
}

/**
 * Augments the images of a step. The result depends only on the images, the seed and the step.
 *
 * @param images `[B, C, H, W]`; they are not changed
 */
export type Augment = (images: Float32Array, step: number) => AugmentedImages;

/** Returns whether images are augmented. A probability of 0 turns the augmentation of a preset off. */
export function isAugmented(config: AugmentationConfig | undefined): config is AugmentationConfig {
  return config !== undefined && config.probability > 0;
}

/** Returns the number of labels of an image, A. */
export function augmentLabelCount({ transforms }: Pick<AugmentationConfig, 'transforms'>): number {
  return chosen(transforms).reduce((sum, name) => sum + TRANSFORMS[name].labels, 0);
}

/**
 * Creates the augmentation of a run.
 *
 * Letters: B images, C channels, H height, W width, A labels of one image.
 */
export function createAugmentation(
  { probability, transforms }: AugmentationConfig,
  { shape, seed, border }: { readonly shape: ImageShape; readonly seed: number; readonly border: Border },
): Augment {
  const size = shape.channels * shape.height * shape.width;
  const labelCount = augmentLabelCount({ transforms });
  const names = chosen(transforms);
  // Every transform has its own numbers in the stream, so its settings do not depend on which others are chosen.
  const uniforms = new Float32Array(NUMBERS * TRANSFORM_NAMES.length);

  return (images, step) => {
    const batchSize = images.length / size;
    const augmented = images.slice();
    const augmentLabels = new Float32Array(batchSize * labelCount);
    for (let image = 0; image < batchSize; image++) {
      fillUniforms(uniforms, { seed, image, step, purpose: 'augmentation' });
      let inverse = IDENTITY;
      let offset = image * labelCount;
      for (const name of names) {
        const [decision = 1, u = 0, v = 0] = uniforms.subarray(NUMBERS * TRANSFORM_NAMES.indexOf(name));
        if (decision < probability) {
          const drawn = TRANSFORMS[name].draw([u, v], shape);
          inverse = compose(inverse, drawn.inverse);
          augmentLabels.set(drawn.labels, offset);
        }
        offset += TRANSFORMS[name].labels;
      }
      if (inverse === IDENTITY) continue;
      const range = [image * size, (image + 1) * size] as const;
      warp(images.subarray(...range), augmented.subarray(...range), shape, inverse, border);
    }
    return { images: augmented, augmentLabels };
  };
}

/** Numbers in the stream for each transform: one that decides whether it is applied, and two for its settings. */
const NUMBERS = 3;

/** Returns the transforms in the order in which they are applied. */
function chosen(transforms: readonly TransformName[]): readonly TransformName[] {
  return TRANSFORM_NAMES.filter((name) => transforms.includes(name));
}
