import {
  type ModelSpec,
  readOnnxMetadata,
  type SafeTensor,
  TENSOR_NAMES,
  toOnnxMetadata,
} from '@isonoise/bundle';
import { listedLines, plural } from '@isonoise/error';
import { type Network, type ParameterSpec, parameterCount, parameterSize } from '@isonoise/network';
import {
  encodeModel,
  type Model,
  roundToInt8,
  toFloat16,
  toFloat16Array,
  toInt8Weights,
} from '@isonoise/onnx';
import { type TensorSpec, traceModel } from '@isonoise/trace';
import type * as tf from '@tensorflow/tfjs-core';
import { exportError } from './errors.ts';

const PRECISIONS = ['float32', 'float16', 'int8'] as const;

/**
 * Precision of `unet/model.onnx`. `float16` keeps normalizations and softmax in float32. `int8` stores large weights in
 * eight bits and computes in float32.
 */
export type Precision = (typeof PRECISIONS)[number];

/** Key of `metadata_props` for the {@link Precision}. */
const PRECISION_KEY = 'isonoise.precision';

/**
 * Returns the precision in the metadata of an exported graph; float32 if the metadata has none.
 *
 * @throws `EXPORT_PRECISION` if the precision is unknown
 */
export function precisionOf(onnx: Uint8Array): Precision {
  const { [PRECISION_KEY]: written = 'float32' } = readOnnxMetadata(onnx);
  const known = PRECISIONS.find((precision) => precision === written);
  if (known !== undefined) return known;
  throw exportError(
    'EXPORT_PRECISION',
    `export: ${PRECISION_KEY} of the graph is ${JSON.stringify(written)}; expected ${PRECISIONS.join(', ')}. Update isonoise.`,
  );
}

/**
 * Returns the weights of each parameter, as views of the flat vector `[P]` of training.
 * @throws `EXPORT_WEIGHTS` if the length of the vector differs from the network's number of parameters
 */
export function namedWeights(
  network: Pick<Network, 'parameters'>,
  theta: Float32Array,
): readonly SafeTensor[] {
  const expected = parameterCount(network.parameters);
  if (theta.length !== expected) {
    throw exportError(
      'EXPORT_WEIGHTS',
      `export: found ${plural(theta.length, 'weight')}; expected ${expected}, the number of parameters of the network. The ` +
        'checkpoint belongs to a different configuration. Export it with the configuration of its training.',
    );
  }
  let offset = 0;
  return network.parameters.map((spec) => {
    const data = theta.subarray(offset, offset + parameterSize(spec));
    offset += data.length;
    return { name: spec.name, dtype: 'F32', shape: spec.shape, data };
  });
}

/** Largest finite float16. */
const MAX_FLOAT16 = 65_504;

/**
 * Rounds float32 weights to float16.
 *
 * @throws `EXPORT_WEIGHTS` if a weight is too large for float16
 */
export function halfWeights(weights: readonly SafeTensor[]): readonly SafeTensor[] {
  return weights.map((tensor) => {
    if (tensor.dtype !== 'F32') return tensor;
    const large = tensor.data.find((value) => Math.abs(value) > MAX_FLOAT16);
    if (large !== undefined)
      throw exportError(
        'EXPORT_WEIGHTS',
        `export: ${tensor.name} has the weight ${large}; expected at most ${MAX_FLOAT16}, the largest float16. ` +
          'Export the weights in float32.',
      );
    return { ...tensor, dtype: 'F16', data: toFloat16Array(tensor.data) };
  });
}

/**
 * Joins named weights, such as those of `unet/diffusion_pytorch_model.safetensors`, into the flat vector `[P]`.
 * This is the inverse of {@link namedWeights}.
 *
 * @throws `EXPORT_WEIGHTS` with a list of the weights that are missing, unknown, or of a different shape or type
 */
export function flatWeights(network: Network, tensors: ReadonlyMap<string, SafeTensor>): Float32Array {
  const theta = new Float32Array(parameterCount(network.parameters));
  const problems = [...tensors.keys()]
    .filter((name) => !network.parameters.some((spec) => spec.name === name))
    .map((name) => `${name}: not a weight of this network`);
  let offset = 0;
  for (const spec of network.parameters) {
    const stored = tensors.get(spec.name);
    const expected = `F32 [${spec.shape.join(', ')}]`;
    const got = stored === undefined ? 'nothing' : `${stored.dtype} [${stored.shape.join(', ')}]`;
    if (stored?.data instanceof Float32Array && got === expected) theta.set(stored.data, offset);
    else problems.push(`${spec.name}: ${got}; expected ${expected}`);
    offset += parameterSize(spec);
  }
  if (problems.length === 0) return theta;
  throw exportError(
    'EXPORT_WEIGHTS',
    `export: the weights do not fit the network of unet/config.json (${plural(problems.length, 'problem')}):\n` +
      `${listedLines(problems)}\nExport with the configuration of the training.`,
  );
}

/**
 * Returns the spec of the graph that is exported: it encodes fractional times if the network can, even if an earlier graph
 * of the model does not.
 */
export function exportedSpec(spec: ModelSpec, { wholeTimes }: Pick<Network, 'wholeTimes'>): ModelSpec {
  const { fractionalTimes: _, ...rest } = spec;
  return wholeTimes ? rest : { ...rest, fractionalTimes: true };
}

/**
 * Traces a trained network into one ONNX file.
 *
 * @param weights weights in the order of the network's parameters; they become initializers with the same names
 * @returns bytes of a model with the inputs `sample` `[batch, C, H, W]` and `timestep` `[batch]`, and the output
 *   `out_sample`. With classes, it also has the int32 input `class_labels` `[batch]`; with tags, the input `tags`
 *   `[batch, K]`. All other inputs and the output are float32 at every precision. `metadata_props` contain
 *   everything that sampling needs.
 * @throws `ONNX_FLOAT16_RANGE` if a weight does not fit into float16; errors of tracing
 */
export async function traceNetwork(
  network: Network,
  weights: readonly SafeTensor[],
  spec: ModelSpec,
  precision: Precision = 'float32',
): Promise<Uint8Array> {
  const { channels, height, width } = network.imageShape;
  const { numClassEmbeds, numTags } = network;
  const inputs: TensorSpec[] = [
    { name: TENSOR_NAMES.sample, shape: ['batch', channels, height, width] },
    { name: TENSOR_NAMES.timestep, shape: ['batch'] },
    ...(numClassEmbeds === undefined
      ? []
      : [{ name: TENSOR_NAMES.classLabels, shape: ['batch'], dtype: 'int32' } as const]),
    ...(numTags === undefined ? [] : [{ name: TENSOR_NAMES.tags, shape: ['batch', numTags] }]),
  ];
  const constants = weights.map(({ name, shape, data }) => ({ name, shape, values: data as Float32Array }));
  const forward = (...tensors: tf.Tensor[]): tf.Tensor => {
    const [sample, timestep, condition] = tensors;
    return network.forward(tensors.slice(inputs.length), {
      sample: sample as tf.Tensor4D,
      timestep: timestep as tf.Tensor1D,
      ...(numClassEmbeds === undefined ? {} : { classLabels: condition as tf.Tensor1D }),
      ...(numTags === undefined ? {} : { tags: condition as tf.Tensor2D }),
    });
  };
  const model = await traceModel(forward, [...inputs, ...constants], {
    outputNames: [TENSOR_NAMES.output],
    graphName: spec.name,
    metadata: { ...toOnnxMetadata(spec), [PRECISION_KEY]: precision },
  });
  return encodeModel(CONVERSIONS[precision](model, network));
}

/** Conversions of the float32 graph. */
const CONVERSIONS: { readonly [P in Precision]: (model: Model, network: Network) => Model } = {
  float32: (model) => model,
  float16: toFloat16,
  int8: (model, network) => toInt8Weights(model, int8Names(network)),
};

/**
 * Minimum number of values of a weight that is stored in eight bits. For smaller weights, the gain is negligible.
 */
const MIN_VALUES = 1024;

/**
 * Returns the names of the weights of convolutions and linear layers that are stored in eight bits. Embeddings, norms,
 * and the first and the last layer are not stored in eight bits: they are small, and their rounding errors would reach
 * every pixel.
 */
function int8Names({
  parameters,
  outerLayers,
}: Pick<Network, 'parameters' | 'outerLayers'>): ReadonlySet<string> {
  const isInt8 = (spec: ParameterSpec): boolean =>
    spec.shape.length >= 2 &&
    spec.initializer !== 'normal' &&
    spec.initializer !== 'ones' &&
    parameterSize(spec) >= MIN_VALUES &&
    !outerLayers.some((layer) => spec.name.startsWith(`${layer}.`));
  return new Set(parameters.filter(isInt8).map(({ name }) => name));
}

/**
 * Returns the weights with which a graph of this precision computes. For int8, they are rounded to eight bits. For
 * float16, the exact weights are returned.
 */
export function effectiveWeights(
  network: Pick<Network, 'parameters' | 'outerLayers'>,
  weights: readonly SafeTensor[],
  precision: Precision,
): readonly SafeTensor[] {
  if (precision !== 'int8') return weights;
  const names = int8Names(network);
  return weights.map((weight) =>
    names.has(weight.name) && weight.dtype === 'F32'
      ? { ...weight, data: roundToInt8(weight.data, weight.shape[0] ?? 1) }
      : weight,
  );
}
