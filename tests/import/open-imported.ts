import type { ImportedModel } from '@isonoise/import';
import { parameterSize } from '@isonoise/network';
import { type TensorSpec, trace } from '@isonoise/trace';
import type * as tf from '@tensorflow/tfjs-core';
import { InferenceSession } from 'onnxruntime-node';
import { expect } from 'vitest';

/** Traces a network for batches of two, and opens it in ONNX Runtime. */
export async function session({
  network,
  theta,
}: Pick<ImportedModel, 'network' | 'theta'>): Promise<InferenceSession> {
  const { channels, height, width } = network.imageShape;
  const specs: TensorSpec[] = [
    { name: 'sample', shape: [2, channels, height, width] },
    { name: 'timestep', shape: [2] },
    ...(network.numClassEmbeds === undefined
      ? []
      : [{ name: 'class_labels', shape: [2], dtype: 'int32' } as const]),
    ...(network.numTags === undefined ? [] : [{ name: 'tags', shape: [2, network.numTags] }]),
  ];
  let offset = 0;
  const constants = network.parameters.map((spec) => {
    offset += parameterSize(spec);
    return {
      name: spec.name,
      shape: spec.shape,
      values: theta.subarray(offset - parameterSize(spec), offset),
    };
  });
  const model = await trace(
    (...inputs) =>
      network.forward(inputs.slice(specs.length), {
        sample: inputs[0] as tf.Tensor4D,
        timestep: inputs[1] as tf.Tensor1D,
        ...(network.numClassEmbeds === undefined ? {} : { classLabels: inputs[2] as tf.Tensor1D }),
        ...(network.numTags === undefined ? {} : { tags: inputs[2] as tf.Tensor2D }),
      }),
    [...specs, ...constants],
    { outputNames: ['y'] },
  );
  return InferenceSession.create(model, { intraOpNumThreads: 1 });
}

/** Returns max |got − expected| / max |expected|; NaN if any value is NaN. */
export function relativeError(got: Float32Array, expected: Float32Array): number {
  const largest = (values: Float32Array): number =>
    values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  expect(got.length).toBe(expected.length);
  return largest(got.map((value, i) => value - (expected[i] as number))) / largest(expected);
}
