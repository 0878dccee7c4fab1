import type { Denoiser } from '@isonoise/sampler';
import type { AverageDecays } from './averages/average-slots.ts';
import type { TrainState } from './train-state.ts';

/**
 * Letters: B images per step, C channels, H height, W width, K tags, P parameters, D dropout units of one image.
 */

/**
 * Everything that a step depends on besides the state. Two engines with equal feeds give the same loss curve.
 */
export interface StepFeeds extends AverageDecays {
  /** x_t, `[B, C, H, W]`. */
  readonly sample: Float32Array;
  /** t as float32, zero-based (t = 0 is one step of noise), `[B]`. */
  readonly timestep: Float32Array;
  /** The target, which the network should predict: ε, x0 or v, `[B, C, H, W]`. */
  readonly target: Float32Array;
  /** Weight of each image in the loss, `[B]`. */
  readonly weight: Float32Array;
  /** Class of each image, `[B]`; the null class if the label was dropped. */
  readonly classLabels?: Int32Array | undefined;
  /** Row of each image's tags, `[B, K]`, without those that were dropped. */
  readonly tags?: Float32Array | undefined;
  /** 1 for kept units, 0 for dropped ones, `[B, D]`; only for networks with dropout. */
  readonly dropoutKeep?: Uint8Array | undefined;
  /** This step's learning rate. */
  readonly learningRate: number;
  /** Number of this step, from 1, for the optimizer's scalars. */
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
  /** Engine and device, such as `onnxruntime (cpu, 2 threads)`. */
  readonly description: string;
  step(feeds: StepFeeds): Promise<StepResult>;
  /** A copy of the state after the last step. */
  readState(): Promise<TrainState>;
  writeState(state: TrainState): Promise<void>;
  /**
   * The network with the current EMA weights, for sample grids. It returns the quantity that the network is
   * trained to predict.
   */
  readonly denoise: Denoiser;
  dispose(): Promise<void>;
}
