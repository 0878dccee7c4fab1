import { codeOf } from '@isonoise/error';
import { GraphFacts } from './graph-facts.ts';
import { inferShapes } from './infer-shapes.ts';
import type { Graph, Node, ValueInfo } from './model.ts';
import type { KnownShape } from './shapes/shape-call.ts';

/**
 * Adds to a graph the sizes of all values that can be inferred from the sizes of its inputs. `countFlops` needs them.
 * Shapes that the graph itself computes (`Shape`) are not evaluated.
 *
 * @param open size used for each named or unknown dimension of the inputs: 1 for one image
 */
export function stateSizes(graph: Graph, open: number): Graph {
  const facts = new GraphFacts(undefined);
  for (const tensor of graph.initializers) facts.learnConstant(tensor);
  for (const { name, dataType, shape } of graph.inputs) {
    const sizes = shape?.map((size) => (typeof size === 'number' ? size : open));
    facts.learn(name, dataType, sizes);
  }
  for (const node of graph.nodes) {
    const value = node.attributes?.value;
    if (node.opType === 'Constant' && value?.type === 'tensor') {
      facts.learnConstant({ ...value.value, name: node.outputs[0] ?? '' });
      continue;
    }
    const shapes = shapesOf(node, facts);
    for (const [i, name] of node.outputs.entries()) facts.learn(name, undefined, shapes[i]);
  }
  const stated = ({ name, ...rest }: ValueInfo): ValueInfo => {
    const shape = facts.shapeOf(name);
    return { name, ...rest, ...(isWhole(shape) ? { shape } : {}) };
  };
  const made = graph.nodes.flatMap(({ outputs }) => outputs).filter((name) => isWhole(facts.shapeOf(name)));
  return {
    ...graph,
    inputs: graph.inputs.map(stated),
    outputs: graph.outputs.map(stated),
    valueInfos: made.map((name) => stated({ name })),
  };
}

/** Returns the shapes of a node's outputs; none if its inputs are wrong. `checkModel` reports such a node. */
function shapesOf(node: Node, facts: GraphFacts): readonly (KnownShape | undefined)[] {
  try {
    return inferShapes(node, facts);
  } catch (error) {
    if (codeOf(error) === 'ONNX_SHAPE') return [];
    throw error;
  }
}

function isWhole(shape: KnownShape | undefined): shape is readonly number[] {
  return shape?.every((size) => size !== null && Number.isSafeInteger(size) && size >= 0) ?? false;
}
