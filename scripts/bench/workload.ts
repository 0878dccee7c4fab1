import {
  createUNet2D,
  initialParameters,
  type Network,
  parseUNet2DConfig,
  type UNet2DConfig,
} from '@isonoise/network';
import { fillNormals, uniformIntegers } from '@isonoise/random';
import type { StepFeeds, TrainState } from '@isonoise/train';

/** Width of the benchmark network in the measurements that the documentation quotes. */
export const RECORD_WIDTH = 32;
/** Batch size of the measurements that have goals. */
export const RECORD_BATCH = 32;

/** Settings of a training step: Adam with clipping, as in the presets. */
export const STEP = {
  kind: 'adam',
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  clipNorm: 1,
} as const;

export interface Workload {
  readonly network: Network;
  readonly config: UNet2DConfig;
}

/**
 * Creates the benchmark network at a given width: a U-Net for 28×28 digits in ten classes and "no class", with three
 * levels of `width`, 2·`width` and 2·`width` channels and attention at the lowest. Width 32 has 1.1 million
 * parameters.
 */
export function workload(width: number = RECORD_WIDTH): Workload {
  const config = parseUNet2DConfig({
    sample_size: 28,
    block_out_channels: [width, 2 * width, 2 * width],
    down_block_types: ['DownBlock2D', 'DownBlock2D', 'AttnDownBlock2D'],
    up_block_types: ['AttnUpBlock2D', 'UpBlock2D', 'UpBlock2D'],
    norm_num_groups: 8,
    num_class_embeds: 11,
  });
  return { network: createUNet2D(config), config };
}

export function initialState(network: Network): TrainState {
  const theta = initialParameters(network.parameters, 1);
  const zeros = (): Float32Array => new Float32Array(theta.length);
  return { theta, m: zeros(), v: zeros(), ema: theta.slice() };
}

/** Inputs of the network: normal noise, random timesteps and random classes. */
export interface NetworkFeeds {
  readonly x: Float32Array;
  readonly t: Float32Array;
  readonly labels: Int32Array;
}

export function networkFeeds({ imageShape }: Network, batch: number): NetworkFeeds {
  const { channels, height, width } = imageShape;
  const stream = { seed: 1, image: 0, step: 0 } as const;
  return {
    x: normals(batch * channels * height * width, 0),
    t: Float32Array.from(uniformIntegers(batch, 1000, { ...stream, purpose: 'timesteps' })),
    labels: Int32Array.from(uniformIntegers(batch, 11, { ...stream, purpose: 'labelDropout' })),
  };
}

/**
 * Inputs of a training step. They are the same for each step, because the time does not depend on the values.
 */
export function stepFeeds(network: Network, batch: number): StepFeeds {
  const { x, t, labels } = networkFeeds(network, batch);
  return {
    sample: x,
    timestep: t,
    target: normals(x.length, 1),
    weight: new Float32Array(batch).fill(1),
    classLabels: labels,
    learningRate: 1e-4,
    emaDecay: 0.99,
    step: 100,
  };
}

/** Returns standard normal values, different ones for each `step`. */
export function normals(count: number, step: number): Float32Array {
  const values = new Float32Array(count);
  fillNormals(values, { seed: 1, image: 0, step, purpose: 'forwardNoise' });
  return values;
}
