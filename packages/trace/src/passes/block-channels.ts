import { attr } from '@isonoise/onnx';
import type { RecordedGraph } from '../graph-pass.ts';
import { type RecordedNode, Recorder } from '../recorder.ts';

/** Domain of ONNX Runtime's operators over blocks of channels ("NCHWc"). */
export const BLOCKED_DOMAIN = 'com.microsoft.nchwc';

/**
 * Rewrites convolutions to blocks of channels. An image is stored as `[N, C/b, H, W, b]`, so that one vector register
 * contains b channels of a pixel. ONNX Runtime does this itself if the filter is constant. In a training step, filters are
 * not constant. ONNX Runtime then copies every window before the multiplication, which takes up to five times as long as a
 * convolution over blocks.
 *
 * The result runs only on ONNX Runtime's CPU provider, on a processor with this block size. The shapes of
 * blocked values are recorded as unblocked NCHW shapes, as these operators declare them.
 *
 * @param block channels of a block, b. Convolutions whose channels do not fill whole blocks are left unchanged
 * @param turned names of filters that were turned by 180° for an input gradient: turned filter -> original filter
 */
export function blockChannels(
  graph: RecordedGraph,
  block: number,
  turned: ReadonlyMap<string, string>,
): RecordedGraph {
  const recorder = new Recorder();
  const names = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap((node) => node.outputs),
  ]);
  recorder.reserve([...names]);
  const seen = (name: string): string => recorder.input(name, graph.shapeOf(name));
  /** Results of convolutions in blocks, keyed by the name of the plain result. */
  const blocked = new Map<string, string>();

  for (const node of graph.nodes) {
    if (!fillsBlocks(graph, node, block)) {
      recorder.nodes.push(node);
      continue;
    }
    recorder.kernel = node.kernel;
    const [image = '', filter = '', ...bias] = node.inputs;
    const [output = ''] = node.outputs;
    const original = turned.get(filter);
    const inputs = [
      blocked.get(image) ?? inBlocks(recorder, seen(image)),
      original !== undefined && names.has(original)
        ? turnedFilterInBlocks(recorder, seen(original), block)
        : filterInBlocks(recorder, seen(filter), block),
      ...bias,
    ];
    const shape = graph.shapeOf(output);
    const result = recorder.op('Conv', inputs, shape, node.attributes, BLOCKED_DOMAIN);
    blocked.set(output, result);
    recorder.nodes.push({
      opType: 'ReorderOutput',
      domain: BLOCKED_DOMAIN,
      inputs: [result],
      outputs: [output],
      attributes: { channels: attr.int(shape[1] ?? 0) },
      kernel: node.kernel,
    });
  }
  return {
    ...graph,
    nodes: recorder.nodes,
    initializers: new Map([...graph.initializers, ...recorder.initializers]),
    shapeOf: (name) => (names.has(name) ? graph : recorder).shapeOf(name),
  };
}

/** Whether a node is a Conv over two axes, in one group, whose input and output channels fill whole blocks. */
function fillsBlocks(
  graph: RecordedGraph,
  { opType, inputs, attributes }: RecordedNode,
  block: number,
): boolean {
  if (opType !== 'Conv' || attributes.group !== undefined) return false;
  const [out = 0, into = 0, ...kernel] = graph.shapeOf(inputs[1] ?? '');
  return kernel.length === 2 && out % block === 0 && into % block === 0;
}

/** `[N, C, H, W] -> [N, C/b, H, W, b]`. */
function inBlocks(recorder: Recorder, name: string): string {
  return recorder.op('ReorderInput', [name], recorder.shapeOf(name), {}, BLOCKED_DOMAIN);
}

/**
 * Converts a filter `[out, in, kh, kw]` to `[out/b, in/b, kh·kw, b of in, b of out]`. The fast operator ReorderInput makes
 * the blocks of `out`. The remaining Transpose moves whole blocks.
 */
function filterInBlocks(recorder: Recorder, filter: string, block: number): string {
  const shape = recorder.shapeOf(filter);
  const [out = 0, into = 0, height = 0, width = 0] = shape;
  const places = height * width;
  const rows = inBlocks(recorder, recorder.reshape(filter, [1, out, into * places, 1]));
  const split = recorder.reshape(rows, [out / block, into / block, block, places, block]);
  return recorder.reshape(recorder.transpose(split, [0, 1, 3, 2, 4]), shape);
}

/**
 * Makes the blocks of a filter that is turned by 180° with its channels swapped, from the original `[in, out, kh, kw]`.
 * ReorderInput makes the blocks of `in` directly. The turn also moves whole blocks.
 */
function turnedFilterInBlocks(recorder: Recorder, original: string, block: number): string {
  const [into = 0, out = 0, height = 0, width = 0] = recorder.shapeOf(original);
  const [rows, columns, places] = [out / block, into / block, height * width];
  const split = recorder.reshape(inBlocks(recorder, original), [columns, block, rows, places, block]);
  const swapped = recorder.transpose(split, [2, 0, 3, 1, 4]);
  const blocks = recorder.reshape(swapped, [rows * columns, places, block * block]);
  return recorder.reshape(recorder.reverse(blocks, 1), [out, into, height, width]);
}
