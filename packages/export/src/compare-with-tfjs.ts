import { networkTime, type SafeTensor, type SchedulerConfig } from '@isonoise/bundle';
import { conditionInputs, type Network } from '@isonoise/network';
import { fillNormals, uniformIntegers } from '@isonoise/random';
import { type Condition, type Denoiser, tagRows } from '@isonoise/sampler';
import * as tf from '@tensorflow/tfjs-core';
import { exportError } from './errors.ts';

export interface Comparison {
  /** Batch sizes of the comparison. */
  readonly batchSizes: readonly number[];
  /** Name of the tfjs backend. */
  readonly backend: string;
  /** Largest absolute difference over all outputs. */
  readonly largestDifference: number;
  /** Largest absolute value of the tfjs outputs, for scale. */
  readonly largestValue: number;
}

/**
 * Compares an exported model with the network itself, which runs in tfjs, on the same random inputs.
 *
 * @param denoise the exported model in ONNX Runtime
 * @param scheduler scheduler that determines the times for the network
 * @param backend registered tfjs backend, such as `wasm` or `cpu`
 * @throws `EXPORT_REFERENCE` if the backend cannot be started
 */
export async function compareWithTfjs(
  denoise: Denoiser,
  network: Network,
  scheduler: SchedulerConfig,
  weights: readonly SafeTensor[],
  backend: string,
): Promise<Comparison> {
  const batchSizes = batchSizesFor(network);
  const before = tf.engine().backendName as string | undefined;
  await startReference(backend);
  const kept = weights.map(({ shape, data }) => tf.tensor(data as Float32Array, [...shape], 'float32'));
  try {
    let [largestDifference, largestValue] = [0, 0];
    for (const [trial, batch] of batchSizes.entries()) {
      const inputs = randomInputs(network, scheduler, batch, trial);
      const expected = await eager(network, kept, inputs);
      const got = await denoise(inputs.x, inputs.t, inputs.condition);
      for (const [i, value] of expected.entries()) {
        // Math.max keeps NaN, so a model that returns NaN is not accepted as equal.
        largestDifference = Math.max(largestDifference, Math.abs((got[i] ?? Number.NaN) - value));
        largestValue = Math.max(largestValue, Math.abs(value));
      }
    }
    return { batchSizes, backend, largestDifference, largestValue };
  } finally {
    tf.dispose(kept);
    if (before) await tf.setBackend(before);
  }
}

/**
 * Images with at least this number of pixels are compared in smaller batches. Five such images take minutes in tfjs, and
 * the memory for attention grows with the square of the number of pixels.
 */
export const MANY_PIXELS: number = 128 ** 2;

/** Returns the batch sizes for the comparison. There are at least two, to test the symbolic batch dimension. */
function batchSizesFor({ imageShape: { height, width } }: Network): readonly number[] {
  return height * width < MANY_PIXELS ? [1, 2, 5] : [1, 2];
}

/** Makes a registered backend the current one. @throws `EXPORT_REFERENCE` if it cannot be started */
export async function startReference(backend: string): Promise<void> {
  let cause: unknown;
  try {
    if (await tf.setBackend(backend)) return;
  } catch (error) {
    cause = error;
  }
  throw exportError(
    'EXPORT_REFERENCE',
    `export: the tfjs backend ${backend} could not be started; expected a registered backend, to check the ONNX file. ` +
      `Import its package first (@tensorflow/tfjs-backend-${backend}), or choose a different backend.`,
    { cause },
  );
}

interface Inputs {
  readonly x: Float32Array;
  readonly t: Float32Array;
  readonly condition?: Condition;
}

function randomInputs(network: Network, scheduler: SchedulerConfig, batch: number, trial: number): Inputs {
  const { channels, height, width } = network.imageShape;
  const stream = { seed: 0, image: 0, step: trial } as const;
  const x = new Float32Array(batch * channels * height * width);
  fillNormals(x, { ...stream, purpose: 'initialNoise' });
  const { num_train_timesteps: T } = scheduler;
  const timesteps = uniformIntegers(batch, T, { ...stream, purpose: 'timesteps' });
  const t = Float32Array.from(timesteps, (timestep) => networkTime(scheduler, timestep));
  const { numClassEmbeds, numTags } = network;
  const drawn = { ...stream, purpose: 'labelDropout' } as const;
  if (numTags !== undefined) {
    // Image i has i tags.
    const first = uniformIntegers(batch, numTags, drawn);
    const lists = Array.from(first, (tag, i) =>
      Array.from({ length: Math.min(i, numTags) }, (_, k) => (tag + k) % numTags),
    );
    return { x, t, condition: tagRows(lists, numTags) };
  }
  if (numClassEmbeds === undefined) return { x, t };
  return { x, t, condition: Int32Array.from(uniformIntegers(batch, numClassEmbeds, drawn)) };
}

async function eager(
  network: Network,
  weights: readonly tf.Tensor[],
  { x, t, condition }: Inputs,
): Promise<Float32Array> {
  const { channels, height, width } = network.imageShape;
  const answer = tf.tidy(() =>
    network.forward(weights, {
      sample: tf.tensor4d(x, [t.length, channels, height, width]),
      timestep: tf.tensor1d(t),
      ...conditionInputs(condition, t.length),
    }),
  );
  const values = await answer.data<'float32'>();
  answer.dispose();
  return values;
}
