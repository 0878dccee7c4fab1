import type { Graph, Model, ValueInfo } from '../src/model.ts';

/** Shapes by the names of the tensors. */
type Shapes = Readonly<Record<string, NonNullable<ValueInfo['shape']>>>;

const float32 = (shapes: Shapes): readonly ValueInfo[] =>
  Object.entries(shapes).map(([name, shape]) => ({ name, dataType: 'float32', shape }));

/** Makes a model of opset 17 whose inputs and outputs are float32. */
export const floatModel = (
  inputs: Shapes,
  outputs: Shapes,
  { nodes, initializers = [] }: Pick<Graph, 'nodes'> & Partial<Pick<Graph, 'initializers'>>,
): Model => ({
  irVersion: 8,
  producerName: 'test',
  opsets: { '': 17 },
  metadata: {},
  graph: { name: 'g', nodes, initializers, inputs: float32(inputs), outputs: float32(outputs) },
});
