import { Additions, type OpenGraph } from '../graph-pass.ts';
import type { RecordedNode } from '../recorder.ts';

/**
 * Functions whose last bits depend on the position of a value in memory, because ONNX Runtime's CPU provider computes whole
 * vectors with Eigen and the remaining values one by one with the C library. Log and Softplus are not in this list: they are
 * also split among threads at arbitrary places, which padding cannot correct.
 */
const VECTORIZED = new Set(['Sin', 'Cos', 'Asin', 'Acos', 'Atan', 'Elu']);

/** Number of float32 values in the longest vector (AVX-512). */
const VECTOR = 16;

/**
 * Pads the inputs of {@link VECTORIZED} functions to whole vectors, so that the values of an image do not depend on the
 * number of images. Without padding, three images of six values end in the middle of a vector, but eight images do not. If
 * the last axis is the batch, as in `[B]`, each value gets its own vector.
 */
export function guardVectorTails(graph: OpenGraph): OpenGraph {
  const additions = new Additions(graph);
  const inVectors = new Map<string, { readonly name: string; readonly shape: readonly number[] }>();

  const nodes = graph.nodes.flatMap((node): RecordedNode[] => {
    const [input = ''] = node.inputs;
    const [output = ''] = node.outputs;
    if (!VECTORIZED.has(node.opType)) return [node];
    const sizes = graph.openShapeOf(input);
    const last = sizes.at(-1);
    const alone = typeof last !== 'number';
    const columns = alone ? 1 : last;
    if (sizes.every((size) => typeof size === 'number') || columns % VECTOR === 0) return [node];
    const shape = alone ? [...graph.shapeOf(input), 1] : graph.shapeOf(input);
    const write = (opType: string, inputs: readonly string[], name: string): RecordedNode => ({
      opType,
      inputs,
      outputs: [name],
      attributes: {},
      kernel: node.kernel,
    });
    const lastAxis = (): string => additions.int64('guard_axis_minus_1', [-1]);

    const before: RecordedNode[] = [];
    let padded = inVectors.get(input);
    if (padded === undefined) {
      let source = input;
      if (alone) {
        source = additions.value(`${input}_as_rows`, shape);
        before.push(write('Unsqueeze', [input, lastAxis()], source));
      }
      const whole = Math.ceil(columns / VECTOR) * VECTOR;
      const amounts = [...Array<number>(2 * shape.length - 1).fill(0), whole - columns];
      const wide = [...shape.slice(0, -1), whole];
      padded = { name: additions.value(`${input}_in_vectors`, wide), shape: wide };
      const pads = additions.int64(`guard_pad_${amounts.join('_')}`, amounts);
      before.push(write('Pad', [source, pads], padded.name));
      inVectors.set(input, padded);
    }

    // The suffix differs from the suffix of a padded input, because the output of one function may be the input of the next.
    const wide = additions.value(`${output}_of_vectors`, padded.shape);
    const cut = alone ? additions.value(`${output}_of_rows`, shape) : output;
    const places = [
      additions.int64('guard_from_0', [0]),
      additions.int64(`guard_to_${columns}`, [columns]),
      lastAxis(),
    ];
    return [
      ...before,
      { ...node, inputs: [padded.name], outputs: [wide] },
      write('Slice', [wide, ...places], cut),
      ...(alone ? [write('Squeeze', [cut, lastAxis()], output)] : []),
    ];
  });
  return additions.graphOf(nodes);
}
