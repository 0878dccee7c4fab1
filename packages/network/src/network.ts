import type { ImageShape } from '@isonoise/schedule';
import type * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec, Weights } from './parameters.ts';

/**
 * A denoising network as a tfjs function.
 *
 * Letters: B images, C channels, H height, W width, D dropout units of one image.
 */
export interface Network {
  /** Learned tensors, in the order in which `Weights` hold them. */
  readonly parameters: readonly ParameterSpec[];
  /** Shape of one image, channels first. */
  readonly imageShape: ImageShape;
  /** Rows of the class embedding; undefined where the network knows no classes. */
  readonly numClassEmbeds?: number | undefined;
  /** Units that dropout decides about for one image; 0 where there is no dropout. */
  readonly dropoutUnits: number;
  /**
   * What the network answers to noisy images.
   *
   * @param weights one tensor for each of `parameters`, in their order and shapes
   * @returns `[B, C', H, W]`, float32, C' channels of the answer; the caller's. Run it in `tf.tidy`: what comes between
   *   is kept otherwise
   * @throws `NETWORK_INPUT` where labels or mask are missing, or given to a network that knows none
   */
  forward(weights: Weights, inputs: NetworkInputs): tf.Tensor4D;
}

export interface NetworkInputs {
  /** x_t, `[B, C, H, W]`. */
  readonly sample: tf.Tensor4D;
  /** t, float32, zero-based, `[B]`. */
  readonly timestep: tf.Tensor1D;
  /** int32, `[B]`; required exactly where `numClassEmbeds` is defined. */
  readonly classLabels?: tf.Tensor1D | undefined;
  /** 1 keeps a unit and 0 drops it, bool or numeric, `[B, D]`; absent means nothing is dropped. */
  readonly dropoutKeep?: tf.Tensor2D | undefined;
}
