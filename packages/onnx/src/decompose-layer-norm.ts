import { concatenate, type Field, fieldsOf, messageField } from './fields.ts';
import {
  FLOAT32,
  fieldsNumbered,
  GRAPH,
  type NodeOutline,
  nameOfValue,
  readNode,
  readTensor,
  type TensorOutline,
  writeNode,
  writeScalar,
} from './graph-outline.ts';

/** Field number of a ModelProto's graph. */
const MODEL_GRAPH = 7;

/**
 * Replaces each LayerNormalization that has a scale of ones and normalizes the last of three axes. Traced graphs
 * contain this form for GroupNorm. The replacement consists of means (GlobalAveragePool), differences and a square
 * root. Other nodes are left unchanged.
 *
 * The replacement is for ONNX Runtime's WebAssembly. There, LayerNormalization adds the values and the squares of a
 * group one by one in float32. It takes four times as long as the replacement, which uses vector instructions.
 * LayerNormalization also computes the variance as E[x²] − E[x]², which loses digits if the mean is larger than the
 * deviation; the replacement uses the mean of (x − mean)². On other platforms, one operator is faster than eight.
 *
 * @param model bytes of a `.onnx` file of operator set 17 or later. A model whose nodes contain graphs, such as If, is
 *   returned unchanged
 * @throws ONNX_TRUNCATED if the bytes end inside a field; ONNX_MALFORMED if a field is invalid
 */
export function decomposeLayerNorm(model: Uint8Array): Uint8Array {
  return concatenate(
    fieldsOf(model).map(({ number, whole, value }) =>
      number === MODEL_GRAPH ? messageField(number, decomposedGraph(fieldsOf(value))) : whole,
    ),
  );
}

function decomposedGraph(graph: readonly Field[]): Uint8Array {
  const nodes = new Map(fieldsNumbered(graph, GRAPH.node).map((field) => [field, readNode(field)]));
  const tensors = new Map(
    fieldsNumbered(graph, GRAPH.initializer).map((field) => [field, readTensor(field)]),
  );
  const constants = new Map([...tensors.values()].map((tensor) => [tensor.name, tensor]));
  const ranks = ranksOfReshaped([...nodes.values()], constants);
  const epsilons = new Map<Field, number>();
  if (![...nodes.values()].some(({ hasGraph }) => hasGraph)) {
    for (const [field, node] of nodes) {
      const epsilon = decomposableWith(node, constants, ranks);
      if (epsilon !== undefined) epsilons.set(field, epsilon);
    }
  }

  // Scales that become unused are removed, because ONNX Runtime warns about unused constants.
  const named = (number: number): string[] => fieldsNumbered(graph, number).map(nameOfValue);
  const [scales, used] = [new Set<string>(), new Set(named(GRAPH.output))];
  for (const [field, { inputs }] of nodes) {
    const [x = '', scale = ''] = inputs;
    if (epsilons.has(field)) scales.add(scale);
    for (const name of epsilons.has(field) ? [x] : inputs) used.add(name);
  }

  const prefix = freshPrefix([
    ...named(GRAPH.input),
    ...constants.keys(),
    ...[...nodes.values()].flatMap(({ outputs }) => outputs),
  ]);
  const made: Uint8Array[] = [];
  const parts = graph.flatMap((field) => {
    const [node, epsilon, tensor] = [nodes.get(field), epsilons.get(field), tensors.get(field)];
    if (node !== undefined && epsilon !== undefined) {
      const name = `${prefix}${made.length}`;
      made.push(writeScalar(`${name}_epsilon`, epsilon));
      return [decomposed(node, name)];
    }
    const isUnusedScale = tensor !== undefined && scales.has(tensor.name) && !used.has(tensor.name);
    return isUnusedScale ? [] : [field.whole];
  });
  return concatenate([...parts, ...made]);
}

/** Returns the epsilon of a node that can be decomposed; undefined for other nodes. */
function decomposableWith(
  { opType, domain, inputs: [x = '', scale = '', bias = ''], numbers }: NodeOutline,
  constants: ReadonlyMap<string, TensorOutline>,
  ranks: ReadonlyMap<string, number>,
): number | undefined {
  const axis = numbers.get('axis') ?? -1;
  const isOverGroups =
    opType === 'LayerNormalization' &&
    domain === '' &&
    ranks.get(x) === 3 &&
    (axis === -1 || axis === 2) &&
    (numbers.get('stash_type') ?? FLOAT32) === FLOAT32;
  if (!isOverGroups || bias !== '' || constants.get(scale)?.isOnes !== true) return undefined;
  return numbers.get('epsilon') ?? 1e-5;
}

/**
 * Returns the nodes that compute the outputs of a LayerNormalization: the normalized values, and the mean and
 * 1 / deviation if these are used.
 */
function decomposed(
  { inputs: [x = ''], outputs: [y = '', mean, inverse] }: NodeOutline,
  name: string,
): Uint8Array {
  const average = mean || `${name}_mean`;
  const inverseDeviation = inverse || `${name}_inverse`;
  return concatenate([
    writeNode('GlobalAveragePool', [x], average),
    writeNode('Sub', [x, average], `${name}_difference`),
    writeNode('Mul', [`${name}_difference`, `${name}_difference`], `${name}_square`),
    writeNode('GlobalAveragePool', [`${name}_square`], `${name}_variance`),
    writeNode('Add', [`${name}_variance`, `${name}_epsilon`], `${name}_raised`),
    writeNode('Sqrt', [`${name}_raised`], `${name}_deviation`),
    writeNode('Reciprocal', [`${name}_deviation`], inverseDeviation),
    writeNode('Mul', [`${name}_difference`, inverseDeviation], y),
  ]);
}

/** Returns a prefix that no name in the graph has. */
function freshPrefix(taken: readonly string[]): string {
  let prefix = 'norm';
  while (taken.some((name) => name.startsWith(prefix))) prefix += '_';
  return prefix;
}

/**
 * Returns the ranks of values that are reshaped to constant shapes. With mixed precision, a Cast follows the Reshape.
 */
function ranksOfReshaped(
  nodes: readonly NodeOutline[],
  constants: ReadonlyMap<string, TensorOutline>,
): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const { opType, inputs, outputs } of nodes) {
    const [from = '', shape = ''] = inputs;
    const reshaped = opType === 'Reshape' ? constants.get(shape)?.dims[0] : undefined;
    const rank = opType === 'Cast' ? ranks.get(from) : reshaped;
    if (rank !== undefined) ranks.set(outputs[0] ?? '', rank);
  }
  return ranks;
}
