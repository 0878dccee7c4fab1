import { type Pass, type RecordedGraph, useCounts } from '../graph-pass.ts';
import { type Shape, sizeOf } from '../layout.ts';
import type { RecordedNode } from '../recorder.ts';

/**
 * Fuses the Add of a bias into its Conv or Gemm. Both ops have an input for a bias, which saves a pass over memory.
 *
 * One Reshape is allowed between the product and the Add, and any number of Reshapes between the bias and the Add.
 */
export const fuseBias: Pass = (graph) => {
  const uses = useCounts(graph);
  const place = new Map(graph.nodes.flatMap((node, i) => node.outputs.map((output) => [output, i] as const)));
  const nodes: (RecordedNode | undefined)[] = [...graph.nodes];

  for (const [i, add] of graph.nodes.entries()) {
    if (add.opType !== 'Add') continue;
    const [left = '', right = ''] = add.inputs;
    for (const [sum, other] of [
      [left, right],
      [right, left],
    ] as const) {
      const last = place.get(sum);
      const through = last === undefined ? undefined : nodes[last];
      if (last === undefined || through === undefined) continue;
      const first = through.opType === 'Reshape' ? place.get(through.inputs[0] ?? '') : last;
      const product = first === undefined ? undefined : nodes[first];
      if (first === undefined || product === undefined || product.inputs.length !== 2) continue;
      if (product.opType !== 'Conv' && product.opType !== 'Gemm') continue;
      if (uses.get(product.outputs[0] ?? '') !== 1 || uses.get(sum) !== 1) continue;
      const bias = biasOf(graph, nodes, place, product, other, graph.shapeOf(sum));
      if (bias === undefined || (place.get(bias) ?? -1) > first) continue;

      nodes[first] = { ...product, inputs: [...product.inputs, bias] };
      nodes[last] = { ...(nodes[last] as RecordedNode), outputs: add.outputs };
      nodes[i] = undefined;
      break;
    }
  }
  return { ...graph, nodes: nodes.filter((node) => node !== undefined) };
};

/**
 * Follows reshapes from `name` back to the vector that is added to the channels of the product. Returns its name;
 * undefined if `name` is not such a vector.
 */
function biasOf(
  graph: RecordedGraph,
  nodes: readonly (RecordedNode | undefined)[],
  place: ReadonlyMap<string, number>,
  product: RecordedNode,
  name: string,
  sum: Shape,
): string | undefined {
  const fromTheRight = product.opType === 'Conv' ? 2 : 0;
  const made = graph.shapeOf(product.outputs[0] ?? '');
  const channels = made.at(-1 - fromTheRight);
  // A Reshape of the product must keep the channel axis in place and the number of values after this axis.
  if (sum.at(-1 - fromTheRight) !== channels) return undefined;
  if (sizeOf(sum.slice(sum.length - fromTheRight)) !== sizeOf(made.slice(made.length - fromTheRight)))
    return undefined;
  const shape = graph.shapeOf(name).toReversed();
  const vector = shape.every((size, i) => size === (i === fromTheRight ? channels : 1));
  // A bias has one value per channel. If there is a single channel, a scalar is a bias, too.
  if (!vector || sizeOf(shape) !== channels || shape.length > sum.length) return undefined;
  // At most one axis is longer than 1, so no Reshape on the way changes the order of the values.
  for (let current = name; ; ) {
    if (graph.shapeOf(current).length === 1) return current;
    const producer = nodes[place.get(current) ?? -1];
    if (producer?.opType !== 'Reshape') return undefined;
    current = producer.inputs[0] ?? '';
  }
}
