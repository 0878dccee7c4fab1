import { int64Vector, type TensorData, tensor } from '@isonoise/onnx';
import type { Pass } from '../graph-pass.ts';
import { int, type RecordedNode } from '../recorder.ts';

/**
 * Gives every Gemm over one row an image a second row of zeros, and cuts it off again.
 *
 * ONNX Runtime's CPU provider computes a product of one row by another path than one of several, with other rounding;
 * so a batch of one would give another image than the same image in a larger batch. The extra row costs nothing.
 *
 * @param isBatch whether a size is the number of images
 */
export const guardSingleRows =
  (isBatch: (size: number) => boolean): Pass =>
  (graph) => {
    const shapes = new Map<string, readonly number[]>();
    const initializers = new Map(graph.initializers);
    const constant = (added: TensorData): string => {
      initializers.set(added.name, added);
      shapes.set(added.name, added.dims);
      return added.name;
    };
    const int64 = (value: number): string =>
      constant(int64Vector(`guard_int64_${value < 0 ? 'minus_' : ''}${Math.abs(value)}`, [value]));

    const nodes = graph.nodes.flatMap((node): RecordedNode[] => {
      const [a = '', ...rest] = node.inputs;
      const [output = ''] = node.outputs;
      if (node.opType !== 'Gemm' || node.attributes.transA !== undefined) return [node];
      const [rows = 0, columns = 0] = graph.shapeOf(a);
      if (!isBatch(rows)) return [node];
      const zeros = constant(
        tensor(`guard_row_${columns}`, 'float32', [1, columns], new Float32Array(columns)),
      );
      const [padded, product] = [`${output}_with_row`, `${output}_of_rows`];
      shapes.set(padded, [rows + 1, columns]);
      shapes.set(product, [rows + 1, graph.shapeOf(output)[1] ?? 0]);
      const { kernel } = node;
      return [
        { opType: 'Concat', inputs: [a, zeros], outputs: [padded], attributes: { axis: int(0) }, kernel },
        { ...node, inputs: [padded, ...rest], outputs: [product] },
        {
          opType: 'Slice',
          inputs: [product, int64(0), int64(-1), int64(0)],
          outputs: [output],
          attributes: {},
          kernel,
        },
      ];
    });
    return { ...graph, nodes, initializers, shapeOf: (name) => shapes.get(name) ?? graph.shapeOf(name) };
  };
