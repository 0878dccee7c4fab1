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
 * The same model with its normalizations written out: each LayerNormalization over the last of three axes whose scale is
 * all ones, as graphs have it for GroupNorm, becomes means (GlobalAveragePool), differences and a root. Others stay.
 *
 * For ONNX Runtime's WebAssembly. Its LayerNormalization there adds up a group value by value in float32, values and
 * squares at once. The chain of additions takes four times as long as all these operators, which work on vectors, and
 * the variance, E[x²] − E[x]², loses digits where the mean is larger than the deviation; here it is the mean of
 * (x − mean)². Elsewhere one operator is better than eight.
 *
 * @param model bytes of a `.onnx` file, operator set 17 or later; one with graphs inside nodes, as of If, stays as it is
 * @throws ONNX_TRUNCATED, ONNX_MALFORMED
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

  // ONNX Runtime warns of constants that nothing uses any more.
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
    const isLeft = tensor !== undefined && scales.has(tensor.name) && !used.has(tensor.name);
    return isLeft ? [] : [field.whole];
  });
  return concatenate([...parts, ...made]);
}

/** @returns its epsilon, where the node is one that can be written out */
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

/** What a LayerNormalization answers: values, and where they are asked for the mean and 1 / deviation. */
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

/** No name of the graph begins so. */
function freshPrefix(taken: readonly string[]): string {
  let prefix = 'norm';
  while (taken.some((name) => name.startsWith(prefix))) prefix += '_';
  return prefix;
}

/** Of what is reshaped to a constant shape: how long that is; and of the same in another type, as mixed precision has it. */
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
