import type { AttributeValue, Graph, TensorData } from './model.ts';

/** Functions that create attribute values. Example: `attributes: { axis: attr.int(1), perm: attr.ints([0, 2, 1]) }`. */
export interface AttributeMakers {
  /** An int64; values beyond 2^53 must be bigints. */
  int(value: number | bigint): AttributeValue;
  ints(value: Iterable<number | bigint>): AttributeValue;
  /** A float32: the number is rounded when the model is written. */
  float(value: number): AttributeValue;
  floats(value: Iterable<number>): AttributeValue;
  /** A string, stored as UTF-8. */
  string(value: string): AttributeValue;
  strings(value: Iterable<string>): AttributeValue;
  tensor(value: TensorData): AttributeValue;
  tensors(value: Iterable<TensorData>): AttributeValue;
  /** A graph, such as the body of a Loop node or a branch of an If node. */
  graph(value: Graph): AttributeValue;
  graphs(value: Iterable<Graph>): AttributeValue;
}

export const attr: AttributeMakers = Object.freeze<AttributeMakers>({
  int: (value) => ({ type: 'int', value }),
  ints: (value) => ({ type: 'ints', value: [...value] }),
  float: (value) => ({ type: 'float', value }),
  floats: (value) => ({ type: 'floats', value: [...value] }),
  string: (value) => ({ type: 'string', value }),
  strings: (value) => ({ type: 'strings', value: [...value] }),
  tensor: (value) => ({ type: 'tensor', value }),
  tensors: (value) => ({ type: 'tensors', value: [...value] }),
  graph: (value) => ({ type: 'graph', value }),
  graphs: (value) => ({ type: 'graphs', value: [...value] }),
});
