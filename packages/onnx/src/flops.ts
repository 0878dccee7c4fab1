import { elementCount } from './data-type.ts';
import { onnxError } from './errors.ts';
import type { AttributeValue, Graph, Node } from './model.ts';

type Sizes = readonly number[];
type ShapeOf = (name: string | undefined) => Sizes;

const intOf = (value: AttributeValue | undefined): number =>
  value?.type === 'int' ? Number(value.value) : 0;

/** Functions that count the multiply-adds of a node. Elementwise operators, reductions and copies do not count. */
const MULTIPLY_ADDS: Readonly<Record<string, (node: Node, shapeOf: ShapeOf) => number>> = {
  // Each output value sums over the filter: [out, in/group, kh, kw]
  Conv: ({ inputs, outputs }, shapeOf) =>
    elementCount(shapeOf(outputs[0])) * elementCount(shapeOf(inputs[1]).slice(1)),
  // Each input value is multiplied by the filter: [in, out/group, kh, kw]
  ConvTranspose: ({ inputs }, shapeOf) =>
    elementCount(shapeOf(inputs[0])) * elementCount(shapeOf(inputs[1]).slice(1)),
  Gemm: ({ inputs, outputs, attributes }, shapeOf) =>
    elementCount(shapeOf(outputs[0])) * (shapeOf(inputs[0])[intOf(attributes?.transA) === 1 ? 0 : 1] ?? 0),
  MatMul: ({ inputs, outputs }, shapeOf) =>
    elementCount(shapeOf(outputs[0])) * (shapeOf(inputs[0]).at(-1) ?? 0),
};

/**
 * Counts the floating-point operations of one run of a graph: two for each multiply-add of its
 * convolutions and matrix products.
 *
 * @param graph a graph with fixed sizes. Each value that these operators read or write is an input, an initializer or
 *   an output, or is listed in `valueInfos`
 * @throws ONNX_UNKNOWN_SIZE if the size of a value is unknown; the message names the value
 */
export function countFlops(graph: Graph): number {
  const shapes = new Map<string, Sizes>();
  for (const { name, dims } of graph.initializers) shapes.set(name, dims);
  for (const { name, shape } of [...graph.inputs, ...graph.outputs, ...(graph.valueInfos ?? [])]) {
    if (shape?.every((size) => typeof size === 'number')) shapes.set(name, shape as Sizes);
  }
  const shapeOf: ShapeOf = (name = '') => {
    const shape = shapes.get(name);
    if (shape !== undefined) return shape;
    throw onnxError(
      'ONNX_UNKNOWN_SIZE',
      `countFlops: the size of value '${name}' is unknown; expected fixed sizes. Add it to valueInfos; trace has an option for this.`,
    );
  };
  return graph.nodes.reduce((sum, node) => sum + 2 * (MULTIPLY_ADDS[node.opType]?.(node, shapeOf) ?? 0), 0);
}
