import { attr, tensor } from '@isonoise/onnx';
import { Additions, type OpenGraph } from '../graph-pass.ts';
import type { RecordedNode } from '../recorder.ts';

/**
 * Adds a row of zeros to every Gemm that has one row per image, and removes the result of that row.
 *
 * ONNX Runtime's CPU provider rounds the product of a single row differently from a product of several rows. Without the
 * extra row, an image in a batch of one would differ from the same image in a larger batch. The extra row costs nothing.
 *
 * A Gemm whose columns also depend on the batch sums over all images. It is left unchanged, because its results depend on
 * all images by definition. Rows stored as columns (transA) are left unchanged too.
 */
export function guardSingleRows(graph: OpenGraph): OpenGraph {
  const additions = new Additions(graph);
  const int64 = (value: number): string =>
    additions.int64(`guard_int64_${value < 0 ? 'minus_' : ''}${Math.abs(value)}`, [value]);

  const nodes = graph.nodes.flatMap((node): RecordedNode[] => {
    const [a = '', ...rest] = node.inputs;
    const [output = ''] = node.outputs;
    if (node.opType !== 'Gemm' || node.attributes.transA !== undefined) return [node];
    const [images, columns] = graph.openShapeOf(a);
    if (typeof images !== 'string' || typeof columns !== 'number') return [node];
    const [rows = 0] = graph.shapeOf(a);
    const zeros = additions.constant(
      tensor(`guard_row_${columns}`, 'float32', [1, columns], new Float32Array(columns)),
    );
    const padded = additions.value(`${output}_with_row`, [rows + 1, columns]);
    const product = additions.value(`${output}_of_rows`, [rows + 1, graph.shapeOf(output)[1] ?? 0]);
    const { kernel } = node;
    return [
      { opType: 'Concat', inputs: [a, zeros], outputs: [padded], attributes: { axis: attr.int(0) }, kernel },
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
  return additions.graphOf(nodes);
}
