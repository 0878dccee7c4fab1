import type { Denoiser } from '@isonoise/sampler';
import type { StateSlot } from './step-inputs.ts';

/**
 * An engine performs optimizer steps; the loop never asks what runs beneath.
 *
 * Letters: B images a step, C channels, H height, W width, P parameters, D dropout units of one image.
 */

/** All that one step depends on besides the state: two engines fed alike give the same curve. */
export interface StepFeeds {
  /** x_t, `[B, C, H, W]`. */
  readonly sample: Float32Array;
  /** t as float32, zero-based (t = 0 is one step of noise), `[B]`. */
  readonly timestep: Float32Array;
  /** What the network should answer: ε, x0 or v, `[B, C, H, W]`. */
  readonly target: Float32Array;
  /** Weight of each image in the loss, `[B]`. */
  readonly weight: Float32Array;
  /** Class of each image, `[B]`; the null class where the label was dropped. */
  readonly classLabels?: Int32Array | undefined;
  /** 1 keeps a unit, 0 drops it, `[B, D]`; only for networks with dropout. */
  readonly dropoutKeep?: Uint8Array | undefined;
  /** This step's learning rate. */
  readonly learningRate: number;
  /** This step's EMA decay: ema ← decay·ema + (1 − decay)·theta. */
  readonly emaDecay: number;
  /** Number of this step, from 1: Adam's bias correction needs it. */
  readonly step: number;
}

export interface StepResult {
  /** Weighted mean squared error of this batch, before the update. */
  readonly loss: number;
  /** Global L2 norm of the gradient, before clipping. */
  readonly gradNorm: number;
}

/** Everything that is learned: a flat vector `[P]` for each of `STATE_SLOTS`. */
export type TrainState = { readonly [S in StateSlot]: Float32Array };

export interface Engine {
  /** For people: which engine on which device, `onnxruntime (cpu, 2 threads)`. */
  readonly description: string;
  step(feeds: StepFeeds): Promise<StepResult>;
  /** A copy of the state after the last step. */
  readState(): Promise<TrainState>;
  writeState(state: TrainState): Promise<void>;
  /** The network with the EMA weights of this moment, for sample grids; answers what it was trained to predict. */
  readonly denoise: Denoiser;
  dispose(): Promise<void>;
}
