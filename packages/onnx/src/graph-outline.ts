// Reads and writes the parts of a graph that are needed to replace nodes. Graphs are lists of encoded fields.
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

/** Field numbers of a GraphProto, followed by those of the messages in it. */
export const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 } as const;
const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const;
const ATTRIBUTE = { name: 1, float: 2, int: 3, graph: 6, graphs: 11 } as const;
const TENSOR = { dims: 1, dataType: 2, name: 8, raw: 9 } as const;
const VALUE_INFO = { name: 1 } as const;
/** Number of float32 in `TensorProto.DataType`. */
export const FLOAT32 = 1;

/** Operator, inputs, outputs and numeric attributes of a node. */
export interface NodeOutline {
  readonly opType: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Attributes with a single number. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Whether an attribute contains graphs, which can use any name of the outer graph. */
  readonly hasGraph: boolean;
}

/** Name and shape of a constant, and whether all its values are 1. */
export interface TensorOutline {
  readonly name: string;
  readonly dims: readonly number[];
  /** Whether all values are float32 and equal to 1. */
  readonly isOnes: boolean;
}

export function fieldsNumbered(fields: readonly Field[], requested: number): Field[] {
  return fields.filter(({ number }) => number === requested);
}

/** Returns the value of a singular field. As protobuf requires, the last field with this number counts. */
function last(fields: readonly Field[], requested: number): Field | undefined {
  return fields.findLast(({ number }) => number === requested);
}

function text(fields: readonly Field[], number: number): string {
  const field = last(fields, number);
  return field === undefined ? '' : stringOf(field);
}

/** Returns the name of an input or output field of a graph. */
export function nameOfValue({ value }: Field): string {
  return text(fieldsOf(value), VALUE_INFO.name);
}

/** Reads a node field of a graph. */
export function readNode({ value }: Field): NodeOutline {
  const fields = fieldsOf(value);
  const attributes = fieldsNumbered(fields, NODE.attribute).map((attribute) => fieldsOf(attribute.value));
  return {
    opType: text(fields, NODE.opType),
    domain: text(fields, NODE.domain),
    inputs: fieldsNumbered(fields, NODE.input).map(stringOf),
    outputs: fieldsNumbered(fields, NODE.output).map(stringOf),
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

/** Reads an initializer field of a graph. */
export function readTensor({ value }: Field): TensorOutline {
  const fields = fieldsOf(value);
  const [dataType, raw] = [last(fields, TENSOR.dataType), last(fields, TENSOR.raw)];
  return {
    name: text(fields, TENSOR.name),
    dims: fieldsNumbered(fields, TENSOR.dims).map(int32Of),
    isOnes: dataType !== undefined && raw !== undefined && int32Of(dataType) === FLOAT32 && isOnes(raw.value),
  };
}

function isOnes(raw: Uint8Array): boolean {
  if (raw.length === 0 || raw.length % 4 !== 0) return false;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  for (let at = 0; at < raw.length; at += 4) if (view.getFloat32(at, true) !== 1) return false;
  return true;
}

/** Writes a node without attributes as a field of its graph. */
export function writeNode(opType: string, inputs: readonly string[], output: string): Uint8Array {
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

/** Writes a float32 constant as a field of its graph. */
export function writeScalar(name: string, value: number): Uint8Array {
  return messageField(
    GRAPH.initializer,
    concatenate([
      integerField(TENSOR.dataType, FLOAT32),
      stringField(TENSOR.name, name),
      messageField(TENSOR.raw, new Uint8Array(Float32Array.of(value).buffer)),
    ]),
  );
}
