import { onnxError } from './errors.ts';
import type { Model, Node, TensorData } from './model.ts';
import { tensor } from './tensor.ts';
import { toTypedArray } from './typed-array.ts';

/** Largest magnitude of a stored weight; −128 is not used, so that the range is symmetric. */
const LARGEST = 127;

/** Weights in eight bits: `values[i] = scales[row] · stored[i]`. */
interface Int8Rows {
  readonly stored: Int8Array;
  /** One scale for each row. */
  readonly scales: Float32Array;
}

/**
 * Rounds weights to eight bits. Each row has a scale, which maps its largest magnitude to 127.
 *
 * @param values row-major
 * @param rows length of the first axis: the outputs of a layer in PyTorch's layout
 * @throws `ONNX_INT8_RANGE` if a value is NaN or infinite
 */
function int8Rows(values: Float32Array, rows: number): Int8Rows {
  const width = values.length / rows;
  const stored = new Int8Array(values.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const part = values.subarray(row * width, (row + 1) * width);
    const largest = part.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (!Number.isFinite(largest)) {
      throw onnxError(
        'ONNX_INT8_RANGE',
        `toInt8Weights: row ${row} of a weight has the largest magnitude ${largest}; expected finite values. Export the ` +
          'last good checkpoint of the training.',
      );
    }
    // Any scale fits a row of zeros. The scale of a row of tiny values can underflow to 0; 1 is used then.
    const scale = Math.fround(largest / LARGEST) || 1;
    scales[row] = scale;
    for (const [i, value] of part.entries()) {
      stored[row * width + i] = Math.max(-LARGEST, Math.min(LARGEST, Math.round(value / scale)));
    }
  }
  return { stored, scales };
}

/**
 * Returns weights after rounding to eight bits: the float32 values that a graph made by {@link toInt8Weights} uses.
 *
 * @param rows length of the first axis
 * @throws `ONNX_INT8_RANGE` if a value is NaN or infinite
 */
export function roundToInt8(values: Float32Array, rows: number): Float32Array {
  const { stored, scales } = int8Rows(values, rows);
  const width = values.length / rows;
  // A product of float32 numbers, rounded once, as DequantizeLinear computes it.
  return Float32Array.from(stored, (value, i) => value * (scales[Math.floor(i / width)] as number));
}

/**
 * Stores weights in eight bits. Each weight becomes an int8 tensor, a scale for each row, and a DequantizeLinear node that
 * computes the float32 weight under its original name. All computations stay in float32, so every runtime uses the same
 * weights.
 *
 * @param names names of float32 weights with two or more axes; the first axis is the output of a layer
 * @returns a new model; `model` is not modified
 * @throws `ONNX_INT8_RANGE` if a value of these weights is NaN or infinite
 */
export function toInt8Weights(model: Model, names: ReadonlySet<string>): Model {
  const { graph } = model;
  const nodes: Node[] = [];
  const initializers: TensorData[] = [];
  for (const weight of graph.initializers) {
    const [rows = 0] = weight.dims;
    const values = names.has(weight.name) ? toTypedArray(weight) : undefined;
    if (!(values instanceof Float32Array)) {
      initializers.push(weight);
      continue;
    }
    const { stored, scales } = int8Rows(values, rows);
    const [bits, scale] = [`${weight.name}.int8`, `${weight.name}.scale`];
    initializers.push(tensor(bits, 'int8', weight.dims, stored), tensor(scale, 'float32', [rows], scales));
    nodes.push({
      opType: 'DequantizeLinear',
      name: `DequantizeLinear_${weight.name}`,
      inputs: [bits, scale],
      outputs: [weight.name],
      attributes: { axis: { type: 'int', value: 0 } },
    });
  }
  return { ...model, graph: { ...graph, nodes: [...nodes, ...graph.nodes], initializers } };
}
