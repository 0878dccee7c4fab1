import type { ModelSpec } from '@isonoise/bundle';
import { toOnnxMetadata, toSchedulerConfig } from '@isonoise/bundle';
import { encodeModel, type Model, type Node, type TensorData } from '@isonoise/onnx';

/** Description of a small convolutional network with the inputs and outputs of a denoiser. */
export interface ConvNet {
  readonly spec: ModelSpec;
  /** Channels between the first and the last convolution. */
  readonly width: number;
  /** Number of 3×3 convolutions from width to width. */
  readonly depth: number;
}

export const convSpec: ModelSpec = {
  name: 'conv',
  image: { channels: 2, height: 6, width: 5 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear', numTrainTimesteps: 100 }),
  classes: { count: 3, names: ['zero', 'one'], nullClass: 2 },
  // The graph multiplies by t, so it is exact for any t.
  fractionalTimes: true,
};

/** Deterministic pseudo-random weights in [-scale, scale]. */
function weights(count: number, scale: number, salt: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => scale * (((i * 7919 + salt * 104729) % 2003) / 1001 - 1));
}

function constant(name: string, dims: readonly number[], values: Float32Array | BigInt64Array): TensorData {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dataType: values instanceof Float32Array ? 'float32' : 'int64', dims, raw };
}

/**
 * Builds the ONNX file: sample → Conv → (+ timestep/100, + class embedding) → [Relu → Conv]* → Conv →
 * out_sample.
 */
export function convDenoiser({ spec, width, depth }: ConvNet): Uint8Array {
  const { channels, height, width: imageWidth } = spec.image;
  const nodes: Node[] = [];
  const initializers: TensorData[] = [
    constant('scale', [], Float32Array.of(0.01)),
    constant('per_image', [4], BigInt64Array.of(-1n, 1n, 1n, 1n)),
    constant('per_channel', [4], BigInt64Array.of(-1n, BigInt(width), 1n, 1n)),
  ];
  const add = (opType: string, inputs: string[], output: string, attributes?: Node['attributes']): string => {
    nodes.push({ opType, name: `${opType}_${output}`, inputs, outputs: [output], ...(attributes && { attributes }) });
    return output;
  };
  const conv = (input: string, from: number, to: number, output: string): string => {
    const name = `${output}.weight`;
    initializers.push(constant(name, [to, from, 3, 3], weights(to * from * 9, 1 / Math.sqrt(from * 9), nodes.length)));
    return add('Conv', [input, name], output, {
      kernel_shape: { type: 'ints', value: [3, 3] },
      pads: { type: 'ints', value: [1, 1, 1, 1] },
    });
  };

  const time = add('Reshape', [add('Mul', ['timestep', 'scale'], 'scaled'), 'per_image'], 'time');
  let hidden = add('Add', [conv('sample', channels, width, 'conv_in'), time], 'timed');
  if (spec.classes !== null) {
    initializers.push(constant('embedding', [spec.classes.count, width], weights(spec.classes.count * width, 1, 5)));
    const row = add('Gather', ['embedding', 'class_labels'], 'row');
    hidden = add('Add', [hidden, add('Reshape', [row, 'per_channel'], 'class')], 'classed');
  }
  for (let i = 0; i < depth; i++) hidden = conv(add('Relu', [hidden], `relu_${i}`), width, width, `conv_${i}`);
  conv(hidden, width, channels, 'out_sample');

  const image = ['batch', channels, height, imageWidth] as const;
  const model: Model = {
    irVersion: 8,
    opsets: { '': 17 },
    producerName: 'isonoise-test',
    graph: {
      name: 'conv',
      nodes,
      initializers,
      inputs: [
        { name: 'sample', dataType: 'float32', shape: image },
        { name: 'timestep', dataType: 'float32', shape: ['batch'] },
        ...(spec.classes === null ? [] : [{ name: 'class_labels', dataType: 'int32', shape: ['batch'] } as const]),
      ],
      outputs: [{ name: 'out_sample', dataType: 'float32', shape: image }],
    },
    metadata: toOnnxMetadata(spec),
  };
  return encodeModel(model);
}

/** Computes the output of the network in float64. */
export function convReference(
  { spec, width, depth }: ConvNet,
  x: Float32Array,
  t: Float32Array,
  labels: Int32Array,
): Float64Array {
  const { channels, height, width: imageWidth } = spec.image;
  const area = height * imageWidth;
  // In convDenoiser, the number of nodes before a convolution is the salt of its weights.
  const salts: number[] = [2];
  for (let i = 0; i < depth; i++) salts.push((spec.classes === null ? 4 : 7) + 2 * i + 1);
  salts.push((salts.at(-1) ?? 0) + 1);
  if (depth === 0) salts[1] = spec.classes === null ? 4 : 7;
  const conv = (input: Float64Array, from: number, to: number, salt: number): Float64Array => {
    const kernel = weights(to * from * 9, 1 / Math.sqrt(from * 9), salt);
    const output = new Float64Array(to * area);
    for (let o = 0; o < to; o++)
      for (let c = 0; c < from; c++)
        for (let k = 0; k < 9; k++)
          for (let i = 0; i < area; i++) {
            const row = Math.floor(i / imageWidth) + Math.floor(k / 3) - 1;
            const column = (i % imageWidth) + (k % 3) - 1;
            if (row < 0 || row >= height || column < 0 || column >= imageWidth) continue;
            const value = (input[c * area + row * imageWidth + column] ?? 0) * (kernel[(o * from + c) * 9 + k] ?? 0);
            output[o * area + i] = (output[o * area + i] ?? 0) + value;
          }
    return output;
  };
  const embedding = weights((spec.classes?.count ?? 0) * width, 1, 5);
  const size = channels * area;
  const result = new Float64Array(x.length);
  for (let image = 0; image < t.length; image++) {
    let hidden = conv(Float64Array.from(x.subarray(image * size, (image + 1) * size)), channels, width, salts[0] ?? 0);
    hidden = hidden.map((value, i) => {
      const row = spec.classes === null ? 0 : (embedding[(labels[image] ?? 0) * width + Math.floor(i / area)] ?? 0);
      return value + Math.fround(0.01) * (t[image] ?? 0) + row;
    });
    for (let i = 0; i < depth; i++) {
      hidden = conv(hidden.map((value) => Math.max(0, value)), width, width, salts[i + 1] ?? 0);
    }
    result.set(conv(hidden, width, channels, salts.at(-1) ?? 0), image * size);
  }
  return result;
}
