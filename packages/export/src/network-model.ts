import { type ModelSpec, type SafeTensor, toOnnxMetadata } from '@isonoise/bundle';
import { type TensorSpec, trace } from '@isonoise/trace';
import { type Network, parameterCount, parameterSize } from '@isonoise/unet';
import type * as tf from '@tensorflow/tfjs-core';

/** Weights by parameter, cut out of the flat vector `[P]` in which they are trained; views, not copies. */
export function namedWeights(network: Network, theta: Float32Array): readonly SafeTensor[] {
  const wanted = parameterCount(network.parameters);
  if (theta.length !== wanted) {
    throw new RangeError(
      `export: the network has ${wanted} parameters and ${theta.length} values were given. The checkpoint belongs to ` +
        'another configuration: export it with the one it was trained with.',
    );
  }
  let offset = 0;
  return network.parameters.map((spec) => {
    const data = theta.subarray(offset, offset + parameterSize(spec));
    offset += data.length;
    return { name: spec.name, dtype: 'F32', shape: spec.shape, data };
  });
}

/**
 * The trained network as one ONNX file, by tracing.
 *
 * @param weights in the order of the network's parameters; they become initializers under their own names
 * @returns bytes of a model with inputs sample `[batch, C, H, W]`, timestep `[batch]` and, where the network knows
 *   classes, class_labels int32 `[batch]`; output out_sample; `metadata_props` by which the file alone can be sampled
 */
export function traceNetwork(
  network: Network,
  weights: readonly SafeTensor[],
  spec: ModelSpec,
): Promise<Uint8Array> {
  const { channels, height, width } = network.imageShape;
  const conditional = network.numClassEmbeds !== undefined;
  const inputs: TensorSpec[] = [
    { name: 'sample', shape: ['batch', channels, height, width] },
    { name: 'timestep', shape: ['batch'] },
    ...(conditional ? [{ name: 'class_labels', shape: ['batch'], dtype: 'int32' } as const] : []),
  ];
  const constants = weights.map(({ name, shape, data }) => ({ name, shape, values: data as Float32Array }));
  const forward = (...tensors: tf.Tensor[]): tf.Tensor => {
    const [sample, timestep, classLabels] = tensors;
    return network.forward(tensors.slice(inputs.length), {
      sample: sample as tf.Tensor4D,
      timestep: timestep as tf.Tensor1D,
      ...(conditional ? { classLabels: classLabels as tf.Tensor1D } : {}),
    });
  };
  return trace(forward, [...inputs, ...constants], {
    outputNames: ['out_sample'],
    graphName: spec.name,
    metadata: toOnnxMetadata(spec),
  });
}
