import { readFileSync } from 'node:fs';
import type { Network } from '@isonoise/network';
import * as tf from '@tensorflow/tfjs-core';
import { emaDecaysAt } from '../src/ema-decay.ts';
import type { StepFeeds } from '../src/engine.ts';
import type { StepOptions } from '../src/step-options.ts';

/** Content of optimizers.json, with runs of 20 steps by PyTorch in float64, written by make_optimizers.py. */
interface TorchRuns {
  readonly torch: string;
  readonly imageShape: Network['imageShape'];
  readonly parameters: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly theta: readonly number[];
  readonly batches: readonly Readonly<Record<'sample' | 'timestep' | 'target' | 'weight', readonly number[]>>[];
  readonly learningRates: readonly number[];
  readonly emaDecays: readonly number[];
  readonly cases: readonly TorchRun[];
}

/** A run with one optimizer. */
export interface TorchRun {
  readonly optimizer: StepOptions;
  readonly losses: readonly number[];
  /** Norm of the gradient before clipping. */
  readonly gradNorms: readonly number[];
  /** The state after the last step. */
  readonly state: Readonly<Record<string, readonly number[]>>;
}

export const torchRuns: TorchRuns = JSON.parse(
  readFileSync(new URL('optimizers.json', import.meta.url), 'utf8'),
);

/** The network of make_optimizers.py: conv2(silu(conv1(x) + time(t / 10, 1))). */
export const network: Network = {
  imageShape: torchRuns.imageShape,
  dropoutUnits: 0,
  outerLayers: [],
  parameters: torchRuns.parameters.map((spec) => ({ ...spec, initializer: 'torchUniform' })),
  forward([conv1, bias1, time, conv2, bias2], { sample, timestep }) {
    const rows = tf.stack([tf.div(timestep, 10), tf.onesLike(timestep)], 1) as tf.Tensor2D; // [B, 2]
    const shift = tf.matMul(rows, time as tf.Tensor2D, false, true); // [B, hidden]
    const hidden = tf.add(
      convolve(tf.transpose(sample, [0, 2, 3, 1]), conv1 as tf.Tensor4D, bias1 as tf.Tensor1D),
      tf.reshape(shift, [-1, 1, 1, shift.shape[1] as number]),
    );
    const active = tf.mul(hidden, tf.sigmoid(hidden)) as tf.Tensor4D;
    return tf.transpose(convolve(active, conv2 as tf.Tensor4D, bias2 as tf.Tensor1D), [0, 3, 1, 2]);
  },
};

/** Convolves images: `[B, H, W, C]`, PyTorch's weights `[out, in, kh, kw]` -> `[B, H, W, out]`. */
function convolve(x: tf.Tensor4D, weight: tf.Tensor4D, bias: tf.Tensor1D): tf.Tensor4D {
  return tf.add(tf.conv2d(x, tf.transpose(weight, [2, 3, 1, 0]), 1, 'same'), bias);
}

/** Returns the feeds of a step, from 1. The batches take turns. */
export function torchFeeds(step: number): StepFeeds {
  const batch = torchRuns.batches[(step - 1) % torchRuns.batches.length];
  const learningRate = torchRuns.learningRates[step - 1];
  const emaDecay = torchRuns.emaDecays[step - 1];
  if (batch === undefined || learningRate === undefined || emaDecay === undefined)
    throw new Error(`torchFeeds: step ${step}; expected one of ${torchRuns.learningRates.length}.`);
  return {
    sample: Float32Array.from(batch.sample),
    timestep: Float32Array.from(batch.timestep),
    target: Float32Array.from(batch.target),
    weight: Float32Array.from(batch.weight),
    learningRate,
    // The second average of PyTorch is a power-function average of length 0.1.
    ...emaDecaysAt({ kind: 'power', lengths: [0.05, 0.1], snapshots: 1 }, step),
    emaDecay,
    step,
  };
}
