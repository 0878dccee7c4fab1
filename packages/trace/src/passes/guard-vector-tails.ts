import { int64Vector } from '@isonoise/onnx';
import type { Pass } from '../graph-pass.ts';
import type { RecordedNode } from '../recorder.ts';

/**
 * Functions whose last bits depend on where in memory a value stands: ONNX Runtime's CPU provider computes them with
 * Eigen, in vectors, and what is left over at the end one by one with the C library's function. (Log and Softplus too;
 * but those it also cuts among threads, anywhere, which no padding helps.)
 */
const VECTORIZED = new Set(['Sin', 'Cos', 'Asin', 'Acos', 'Atan', 'Elu']);

/** Values of the longest vector, AVX-512's. */
const VECTOR = 16;

/**
 * Pads what goes into such a function to whole vectors, so that an image's values are computed alike whatever the
 * number of images: three images of six sines would end in the middle of a vector, four would not.
 *
 * @param isBatch whether a size is the number of images
 */
export const guardVectorTails =
  (isBatch: (size: number) => boolean): Pass =>
  (graph) => {
    const shapes = new Map<string, readonly number[]>();
    const initializers = new Map(graph.initializers);
    const padded = new Map<string, RecordedNode>();
    const int64 = (name: string, values: readonly number[]): string => {
      const tensor = int64Vector(name, values);
      initializers.set(name, tensor);
      shapes.set(name, tensor.dims);
      return name;
    };

    const nodes = graph.nodes.flatMap((node): RecordedNode[] => {
      const [input = ''] = node.inputs;
      const [output = ''] = node.outputs;
      if (!VECTORIZED.has(node.opType)) return [node];
      const shape = graph.shapeOf(input);
      const columns = shape.at(-1) ?? 0;
      if (shape.length < 2 || !shape.some(isBatch) || columns % VECTOR === 0) return [node];
      const { kernel } = node;
      const whole = Math.ceil(columns / VECTOR) * VECTOR;
      const wide = [...shape.slice(0, -1), whole];
      const before: RecordedNode[] = [];
      let pad = padded.get(input);
      if (pad === undefined) {
        const amounts = [...shape.map(() => 0), ...wide.map((size, axis) => size - (shape[axis] ?? 0))];
        const name = `${input}_in_vectors`;
        pad = {
          opType: 'Pad',
          inputs: [input, int64(`guard_pad_${amounts.join('_')}`, amounts)],
          outputs: [name],
          attributes: {},
          kernel,
        };
        shapes.set(name, wide);
        padded.set(input, pad);
        before.push(pad);
      }
      shapes.set(`${output}_in_vectors`, wide);
      return [
        ...before,
        { ...node, inputs: [...pad.outputs], outputs: [`${output}_in_vectors`] },
        {
          opType: 'Slice',
          inputs: [
            `${output}_in_vectors`,
            int64('guard_from_0', [0]),
            int64(`guard_to_${columns}`, [columns]),
            int64('guard_axis_minus_1', [-1]),
          ],
          outputs: [output],
          attributes: {},
          kernel,
        },
      ];
    });
    return { ...graph, nodes, initializers, shapeOf: (name) => shapes.get(name) ?? graph.shapeOf(name) };
  };
