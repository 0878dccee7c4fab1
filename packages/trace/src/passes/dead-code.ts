import type { Pass } from '../graph-pass.ts';
import type { RecordedNode } from '../recorder.ts';

/** Drops nodes, trailing outputs of nodes and constants that no output depends on. */
export const removeDeadCode: Pass = (graph) => {
  const needed = new Set(graph.outputs.map((output) => output.name));
  const kept: RecordedNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    for (const name of node.inputs) needed.add(name);
    const last = node.outputs.findLastIndex((output) => needed.has(output));
    kept.push({ ...node, outputs: node.outputs.slice(0, last + 1) });
  }
  return {
    ...graph,
    nodes: kept.reverse(),
    initializers: new Map([...graph.initializers].filter(([name]) => needed.has(name))),
  };
};
