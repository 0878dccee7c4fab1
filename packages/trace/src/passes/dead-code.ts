import { usedOutputs } from '@isonoise/onnx';
import type { Pass } from '../graph-pass.ts';
import { opsetOf } from '../opset.ts';
import type { RecordedNode } from '../recorder.ts';

/**
 * Removes nodes, trailing optional outputs of nodes, and constants on which no output depends. A node such as Split keeps
 * all its outputs, because their number defines the result.
 */
export const removeDeadCode: Pass = (graph) => {
  const needed = new Set(graph.outputs.map((output) => output.name));
  const kept: RecordedNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    for (const name of node.inputs) needed.add(name);
    kept.push({ ...node, outputs: usedOutputs(node, (name) => needed.has(name), opsetOf(node.domain)) });
  }
  return {
    ...graph,
    nodes: kept.reverse(),
    initializers: new Map([...graph.initializers].filter(([name]) => needed.has(name))),
  };
};
