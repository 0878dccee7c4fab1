import {
  concatenate,
  type Field,
  fieldsOf,
  float32Of,
  int32Of,
  integerField,
  messageField,
  stringField,
  stringOf,
} from './fields.ts';

// Field numbers of onnx.proto.
const MODEL = { graph: 7 } as const;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 } as const;
const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const;
const ATTRIBUTE = { name: 1, float: 2, int: 3, graph: 6, graphs: 11 } as const;
const TENSOR = { dims: 1, dataType: 2, name: 8, raw: 9 } as const;
const VALUE_INFO = { name: 1 } as const;
/** `TensorProto.DataType`. */
const FLOAT32 = 1;

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
 * @throws OnnxError ONNX_TRUNCATED, ONNX_MALFORMED
 */
export function decomposeLayerNorm(model: Uint8Array): Uint8Array {
  return concatenate(
    fieldsOf(model).map(({ number, whole, value }) =>
      number === MODEL.graph ? messageField(number, decomposedGraph(fieldsOf(value))) : whole,
    ),
  );
}

function decomposedGraph(graph: readonly Field[]): Uint8Array {
  const nodes = new Map(all(graph, GRAPH.node).map((field) => [field, readNode(field)]));
  const tensors = new Map(all(graph, GRAPH.initializer).map((field) => [field, readTensor(field)]));
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
  const named = (number: number): string[] =>
    all(graph, number).map(({ value }) => text(fieldsOf(value), VALUE_INFO.name));
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
      made.push(messageField(GRAPH.initializer, writeScalar(`${name}_epsilon`, epsilon)));
      return [decomposed(node, name)];
    }
    const isLeft = tensor !== undefined && scales.has(tensor.name) && !used.has(tensor.name);
    return isLeft ? [] : [field.whole];
  });
  return concatenate([...parts, ...made]);
}

interface Node {
  readonly opType: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Attributes that are one number. */
  readonly numbers: ReadonlyMap<string, number>;
  /** An attribute is a graph of its own, which may use any name of this one. */
  readonly hasGraph: boolean;
}

interface Tensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** float32, all of them 1. */
  readonly isOnes: boolean;
}

/** @returns its epsilon, where the node is one that can be written out */
function decomposableWith(
  { opType, domain, inputs: [x = '', scale = '', bias = ''], numbers }: Node,
  constants: ReadonlyMap<string, Tensor>,
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
function decomposed({ inputs: [x = ''], outputs: [y = '', mean, inverse] }: Node, name: string): Uint8Array {
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
  nodes: readonly Node[],
  constants: ReadonlyMap<string, Tensor>,
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

function all(fields: readonly Field[], wanted: number): Field[] {
  return fields.filter(({ number }) => number === wanted);
}

/** A field that should be there once: as protobuf reads them, the last counts. */
function last(fields: readonly Field[], wanted: number): Field | undefined {
  return fields.findLast(({ number }) => number === wanted);
}

function text(fields: readonly Field[], number: number): string {
  const field = last(fields, number);
  return field === undefined ? '' : stringOf(field);
}

function readNode({ value }: Field): Node {
  const fields = fieldsOf(value);
  const attributes = all(fields, NODE.attribute).map((attribute) => fieldsOf(attribute.value));
  return {
    opType: text(fields, NODE.opType),
    domain: text(fields, NODE.domain),
    inputs: all(fields, NODE.input).map(stringOf),
    outputs: all(fields, NODE.output).map(stringOf),
    numbers: new Map(attributes.flatMap(readNumber)),
    hasGraph: attributes
      .flat()
      .some(({ number }) => number === ATTRIBUTE.graph || number === ATTRIBUTE.graphs),
  };
}

function readNumber(fields: readonly Field[]): [string, number][] {
  const [float, int] = [last(fields, ATTRIBUTE.float), last(fields, ATTRIBUTE.int)];
  const value = float === undefined ? int && int32Of(int) : float32Of(float);
  return value === undefined ? [] : [[text(fields, ATTRIBUTE.name), value]];
}

function readTensor({ value }: Field): Tensor {
  const fields = fieldsOf(value);
  const [dataType, raw] = [last(fields, TENSOR.dataType), last(fields, TENSOR.raw)];
  return {
    name: text(fields, TENSOR.name),
    dims: all(fields, TENSOR.dims).map(int32Of),
    isOnes: dataType !== undefined && raw !== undefined && int32Of(dataType) === FLOAT32 && isOnes(raw.value),
  };
}

function isOnes(raw: Uint8Array): boolean {
  if (raw.length === 0 || raw.length % 4 !== 0) return false;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  for (let at = 0; at < raw.length; at += 4) if (view.getFloat32(at, true) !== 1) return false;
  return true;
}

function writeNode(opType: string, inputs: readonly string[], output: string): Uint8Array {
  return messageField(
    GRAPH.node,
    concatenate([
      ...inputs.map((input) => stringField(NODE.input, input)),
      stringField(NODE.output, output),
      stringField(NODE.name, `${opType}_${output}`),
      stringField(NODE.opType, opType),
    ]),
  );
}

function writeScalar(name: string, value: number): Uint8Array {
  return concatenate([
    integerField(TENSOR.dataType, FLOAT32),
    stringField(TENSOR.name, name),
    messageField(TENSOR.raw, new Uint8Array(Float32Array.of(value).buffer)),
  ]);
}
