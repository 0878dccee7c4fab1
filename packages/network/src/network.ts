import type { ImageShape } from '@isonoise/schedule';
import type * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec, Weights } from './parameters.ts';

/**
 * A denoising network as a tfjs function.
 *
 * Letters: B images, C channels, H height, W width, K tags, A labels of transforms, D dropout units of one image.
 */
export interface Network {
  /** Learned tensors, in the order of `Weights`. */
  readonly parameters: readonly ParameterSpec[];
  /** Shape of one image, channels first. */
  readonly imageShape: ImageShape;
  /** Rows of the class embedding; undefined for a network without classes. */
  readonly numClassEmbeds?: number | undefined;
  /** Rows of the tag embedding, K; undefined for a network without tags. */
  readonly numTags?: number | undefined;
  /** Names of the first and the last layer. Graphs with int8 weights keep the weights of these layers in float32. */
  readonly outerLayers: readonly string[];
  /** Labels of the transforms of an augmented image, A; undefined for a network that is trained without augmentation. */
  readonly augmentLabels?: number | undefined;
  /** Number of units that dropout may drop in one image; 0 without dropout. */
  readonly dropoutUnits: number;
  /**
   * Present if the network accepts only whole timesteps, such as a network with a learned row for each timestep.
   */
  readonly wholeTimes?: true;
  /**
   * Computes the output for noisy images.
   *
   * @param weights one tensor for each of `parameters`, in their order and shapes
   * @returns `[B, C', H, W]`, float32, C' output channels; the caller disposes of it. Intermediate tensors
   *   are not disposed of, so run it in `tf.tidy`
   * @throws `NETWORK_INPUT` if class labels or tags are missing, or class labels, tags, labels of transforms or a mask are
   *   passed to a network that does not support them
   */
  forward(weights: Weights, inputs: NetworkInputs): tf.Tensor4D;
}

export interface NetworkInputs {
  /** x_t, `[B, C, H, W]`. */
  readonly sample: tf.Tensor4D;
  /** Timestep t of each image, float32, zero-based, `[B]`. */
  readonly timestep: tf.Tensor1D;
  /** Class of each image, int32, `[B]`; required if and only if `numClassEmbeds` is defined. */
  readonly classLabels?: tf.Tensor1D | undefined;
  /**
   * Weight of each tag in each image, `[B, K]`: 1/√n for the n tags of an image, and 0 for other tags. A row of zeros
   * means "no tags". Required if and only if `numTags` is defined.
   */
  readonly tags?: tf.Tensor2D | undefined;
  /**
   * Labels of the transforms of augmented images, `[B, A]`. Default: 0, for images that are not transformed. Drawn images
   * always have the default.
   */
  readonly augmentLabels?: tf.Tensor2D | undefined;
  /** Mask, bool or numeric, `[B, D]`: 1 keeps a unit and 0 drops it. Default: all units are kept. */
  readonly dropoutKeep?: tf.Tensor2D | undefined;
}
