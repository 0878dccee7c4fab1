import type { Pass } from '../graph-pass.ts';

/**
 * Gives results the names of their outputs. A recorded graph copies each result to its output by Identity. The pass removes
 * these copies, unless an output is an input or a constant, or one result has two names.
 */
export const nameOutputs: Pass = (graph) => {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const isCopy = (output: string, opType: string): boolean => opType === 'Identity' && outputs.has(output);
  const computed = new Set(graph.nodes.flatMap((node) => node.outputs));
  const names = new Map<string, string>();
  for (const { opType, inputs, outputs: made } of graph.nodes) {
    const [source = '', name = ''] = [inputs[0], made[0]];
    if (isCopy(name, opType) && computed.has(source) && !names.has(source)) names.set(source, name);
  }
  const before = new Map([...names].map(([source, name]) => [name, source]));
  const renamed = (name: string): string => names.get(name) ?? name;
  return {
    ...graph,
    nodes: graph.nodes
      .filter(({ inputs, outputs: made }) => names.get(inputs[0] ?? '') !== made[0])
      .map((node) => ({ ...node, inputs: node.inputs.map(renamed), outputs: node.outputs.map(renamed) })),
    shapeOf: (name) => graph.shapeOf(before.get(name) ?? name),
  };
};
