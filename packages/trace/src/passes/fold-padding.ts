import { attr } from '@isonoise/onnx';
import { int64Values, type Pass, type RecordedGraph } from '../graph-pass.ts';
import type { RecordedNode } from '../recorder.ts';

/** Folds zero padding in front of a Conv into the Conv's own pads, which saves a copy of the image. */
export const foldPadding: Pass = (graph) => {
  const producers = new Map(
    graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
  );
  const nodes = graph.nodes.map((node): RecordedNode => {
    const [image = '', ...rest] = node.inputs;
    const pad = node.opType === 'Conv' ? producers.get(image) : undefined;
    const border = pad?.opType === 'Pad' ? zeroBorder(graph, pad) : undefined;
    if (pad === undefined || border === undefined) return node;
    const pads = node.attributes.pads;
    const own = pads?.type === 'ints' ? pads.value.map(Number) : [0, 0, 0, 0];
    return {
      ...node,
      inputs: [pad.inputs[0] ?? '', ...rest],
      attributes: { ...node.attributes, pads: attr.ints(own.map((size, i) => size + (border[i] ?? 0))) },
    };
  });
  return { ...graph, nodes };
};

/**
 * Returns the padding at the top, left, bottom and right of a Pad that only adds zeros around the pixels of an NCHW image;
 * undefined for any other Pad.
 */
function zeroBorder(
  { initializers }: RecordedGraph,
  { inputs, attributes }: RecordedNode,
): number[] | undefined {
  const [, amounts = '', value = ''] = inputs;
  const [sizes, fill] = [initializers.get(amounts), initializers.get(value)];
  if (attributes.mode !== undefined || sizes === undefined || fill?.raw.some((byte) => byte !== 0))
    return undefined;
  const [n0, c0, top = 0, left = 0, n1, c1, bottom = 0, right = 0] = int64Values(sizes);
  const border = [top, left, bottom, right];
  const onlyPixels = [n0, c0, n1, c1].every((size) => size === 0) && border.every((size) => size >= 0);
  return sizes.dims[0] === 8 && onlyPixels ? border : undefined;
}
