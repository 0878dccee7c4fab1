import { encodeModel, type Model, type Node, type TensorData, type ValueInfo } from '@isonoise/onnx';
import type { Tensor } from 'onnxruntime-node';

/** Values of a graph by name, as one runtime computed them. */
export type Values = ReadonlyMap<string, Tensor>;

/** A graph of one node, and the values of its inputs. */
export interface SingleOperation {
  readonly node: Node;
  /** Bytes of the ONNX file. */
  readonly onnx: Uint8Array;
  readonly feeds: Readonly<Record<string, Tensor>>;
}

/** Returns a graph whose outputs are all values that its nodes compute. Runtimes infer the types of these values. */
export function withAllOutputs(model: Model): Model {
  const known = new Map(model.graph.outputs.map((each) => [each.name, each]));
  const outputs = model.graph.nodes
    .flatMap((node) => node.outputs)
    .filter((name) => name !== '')
    .map((name): ValueInfo => known.get(name) ?? { name });
  return { ...model, graph: { ...model.graph, outputs } };
}

/**
 * Returns a graph for each node, with the inputs that it has in the whole graph. Constants stay constants, because runtimes
 * prepare them in advance.
 *
 * @param values inputs of the graph, and all values that its nodes compute
 */
export function singleOperations(model: Model, values: Values): readonly SingleOperation[] {
  const constants = new Map(model.graph.initializers.map((each) => [each.name, each]));
  return model.graph.nodes.map((node) => {
    const names = [...new Set(node.inputs.filter((name) => name !== ''))];
    const initializers = names.flatMap((name): readonly TensorData[] => {
      const constant = constants.get(name);
      return constant === undefined ? [] : [constant];
    });
    const computed = names.filter((name) => !constants.has(name));
    const feeds = Object.fromEntries(computed.map((name) => [name, valueNamed(values, name)]));
    const inputs = Object.entries(feeds).map(
      ([name, { type, dims }]): ValueInfo => ({
        name,
        dataType: type as TensorData['dataType'],
        shape: dims,
      }),
    );
    const outputs = node.outputs.filter((name) => name !== '').map((name) => ({ name }));
    const graph = { name: node.name, nodes: [node], initializers, inputs, outputs };
    return { node, feeds, onnx: encodeModel({ ...model, graph }) };
  });
}

function valueNamed(values: Values, name: string): Tensor {
  const value = values.get(name);
  if (value === undefined)
    throw new Error(`parity operations: ${name} has no value; expected values of all inputs.`);
  return value;
}
