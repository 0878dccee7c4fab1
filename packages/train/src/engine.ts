import type { Denoiser } from '@isonoise/sampler';
import type { AverageDecays } from './averages/average-slots.ts';
import type { TrainState } from './train-state.ts';

/**
 * Letters: B images per step, C channels, H height, W width, K tags, P parameters, D dropout units of one image.
 */

/** All inputs of a step besides the state. Two engines with equal feeds give the same loss curve. */
export interface StepFeeds extends AverageDecays {
  /** Noisy images x_t, `[B, C, H, W]`. */
  readonly sample: Float32Array;
  /** Zero-based timesteps t as float32, `[B]`; t = 0 is one step of noise. */
  readonly timestep: Float32Array;
  /** Target of the prediction (such as ε, x0 or v), `[B, C, H, W]`. */
  readonly target: Float32Array;
  /** Weight of each image in the loss, `[B]`. */
  readonly weight: Float32Array;
  /** Class of each image, `[B]`, or the null class if the label is dropped. */
  readonly classLabels?: Int32Array | undefined;
  /** Row of each image's tags, `[B, K]`, without dropped tags. */
  readonly tags?: Float32Array | undefined;
  /** Labels of each image's transforms, `[B, A]`; only for networks that are trained with augmentation. */
  readonly augmentLabels?: Float32Array | undefined;
  /** Dropout mask, `[B, D]`, with 1 for kept and 0 for dropped units; only for networks with dropout. */
  readonly dropoutKeep?: Uint8Array | undefined;
  /** Learning rate of this step. */
  readonly learningRate: number;
  /** Number of this step, from 1. The optimizer's scalars depend on it. */
  readonly step: number;
}

export interface StepResult {
  /** Weighted mean squared error of this batch, before the update. */
  readonly loss: number;
  /** Global L2 norm of the gradient, before clipping. */
  readonly gradNorm: number;
}

/** Performs optimizer steps, on any platform. */
export interface Engine {
  /** Name of the engine and its device, such as `onnxruntime (cpu, 2 threads)`. */
  readonly description: string;
  step(feeds: StepFeeds): Promise<StepResult>;
  /** Returns a copy of the state after the last step. */
  readState(): Promise<TrainState>;
  writeState(state: TrainState): Promise<void>;
  /**
   * Calls the network with the current EMA weights, for sample sheets. Returns the quantity that the network is
   * trained to predict.
   */
  readonly denoise: Denoiser;
  dispose(): Promise<void>;
}
