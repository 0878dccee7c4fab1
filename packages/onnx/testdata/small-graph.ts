import type { Graph, Model, Node } from '../src/model.ts';
import { scalar } from '../src/tensor.ts';

/** Makes a node of an operator set that the checks do not know. */
export const node = (inputs: string[], outputs: string[], more: Partial<Node> = {}): Node => ({
  opType: 'Op',
  domain: 'test',
  name: `make ${outputs[0]}`,
  inputs,
  outputs,
  ...more,
});

/** A valid graph: two nodes, with a skipped input and a skipped output. */
export const graph: Graph = {
  name: 'g',
  inputs: [{ name: 'x', dataType: 'float32', shape: ['n', 2] }],
  outputs: [{ name: 'z', dataType: 'float32', shape: ['n', 2] }],
  initializers: [scalar('w', 'float32', 1)],
  nodes: [node(['x', '', 'w'], ['y']), node(['y'], ['z', ''])],
};

/** Makes a model from this graph with the given changes. */
export const modelOf = (changes: Partial<Graph>, more: Partial<Model> = {}): Model => ({
  irVersion: 8,
  opsets: { '': 17, test: 1 },
  producerName: 'test',
  metadata: {},
  graph: { ...graph, ...changes },
  ...more,
});
