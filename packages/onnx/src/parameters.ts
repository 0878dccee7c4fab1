import { type DataType, elementCount } from './data-type.ts';
import type { Graph, TensorData } from './model.ts';
import { operatorName } from './operator-name.ts';

/** Places of the inputs of an operator that computes with quantized values. */
interface QuantizedInputs {
  /** Inputs that are values: weights, if they are initializers. */
  readonly values: readonly number[];
  /** Inputs that describe the quantization: scales and zero points. */
  readonly scales: readonly number[];
}

/** Operators with quantized inputs (https://onnx.ai/onnx/operators). */
const QUANTIZED: ReadonlyMap<string, QuantizedInputs> = new Map([
  ['DequantizeLinear', { values: [0], scales: [1, 2] }],
  ['QuantizeLinear', { values: [], scales: [1, 2] }],
  ['ConvInteger', { values: [0, 1], scales: [2, 3] }],
  ['MatMulInteger', { values: [0, 1], scales: [2, 3] }],
  ['QLinearConv', { values: [0, 3, 8], scales: [1, 2, 4, 5, 6, 7] }],
  ['QLinearMatMul', { values: [0, 3], scales: [1, 2, 4, 5, 6, 7] }],
]);

/**
 * Counts the values of the parameters of a graph, by element type: floating-point initializers, and integers that an
 * operator reads as quantized values. Other integers, scales and zero points do not count.
 *
 * @param graphs the graph and its subgraphs
 */
export function countParameters(graphs: readonly Graph[]): Readonly<Partial<Record<DataType, number>>> {
  const [values, scales] = [new Set<string>(), new Set<string>()];
  for (const node of graphs.flatMap(({ nodes }) => nodes)) {
    const places = QUANTIZED.get(operatorName(node));
    for (const place of places?.values ?? []) values.add(node.inputs[place] ?? '');
    for (const place of places?.scales ?? []) scales.add(node.inputs[place] ?? '');
  }
  const isParameter = ({ name, dataType }: TensorData): boolean =>
    !scales.has(name) && (/^b?float/.test(dataType) || values.has(name));
  return countByType(graphs.flatMap(({ initializers }) => initializers).filter(isParameter));
}

/**
 * Counts the values of named weights, by the element type in which a graph stores them. A quantized weight has the name of
 * the output of its DequantizeLinear. Names that the graph does not have are left out.
 */
export function countWeights(
  { nodes, initializers }: Graph,
  names: Iterable<string>,
): Readonly<Partial<Record<DataType, number>>> {
  const stored = new Map(initializers.map((each) => [each.name, each]));
  const sources = new Map(
    nodes.flatMap((node) =>
      operatorName(node) === 'DequantizeLinear' ? [[node.outputs[0] ?? '', node.inputs[0] ?? '']] : [],
    ),
  );
  return countByType(
    [...names].flatMap((name) => stored.get(name) ?? stored.get(sources.get(name) ?? '') ?? []),
  );
}

function countByType(tensors: readonly TensorData[]): Readonly<Partial<Record<DataType, number>>> {
  const counts: Partial<Record<DataType, number>> = {};
  for (const { dataType, dims } of tensors) counts[dataType] = (counts[dataType] ?? 0) + elementCount(dims);
  return counts;
}
