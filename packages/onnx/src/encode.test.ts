import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writtenModel } from '../testdata/written.ts';
import { attr } from './attribute.ts';
import { decodeModel } from './decode.ts';
import { encodeModel } from './encode.ts';
import type { AttributeValue, Graph, Model, TensorData, ValueInfo } from './model.ts';
import { scalar, tensor } from './tensor.ts';
import { toStrings } from './typed-array.ts';

const read = (name: string): Buffer => readFileSync(new URL(`../testdata/${name}`, import.meta.url));

const graphOf = (nodes: Graph['nodes'], initializers: readonly TensorData[] = []): Model => ({
  irVersion: 8,
  opsets: { '': 17 },
  producerName: 'test',
  metadata: {},
  graph: { name: 'g', inputs: [], outputs: [], nodes, initializers },
});

/** Returns a graph in the format that testdata/read_back.py writes. */
function inPython(graph: Graph): unknown {
  const dtypes: Record<string, string> = { string: 'object' };
  const protoNames: Record<string, string> = { float32: 'FLOAT', bool: 'BOOL', int64: 'INT64' };
  const ofTensor = (each: TensorData): unknown => ({
    dtype: dtypes[each.dataType] ?? each.dataType,
    shape: each.dims,
    ...(each.strings ? { texts: toStrings(each) } : { hex: Buffer.from(each.raw).toString('hex') }),
  });
  const ofValue = (each: ValueInfo): unknown => [each.name, protoNames[each.dataType ?? ''], each.shape];
  const ofAttribute = (each: AttributeValue): unknown => {
    if (each.type === 'graph') return inPython(each.value);
    if (each.type === 'tensor') return ofTensor(each.value);
    const values = Array.isArray(each.value) ? each.value : [each.value];
    return values.map((value) => (each.type.startsWith('float') ? Math.fround(value) : String(value)));
  };
  return {
    name: graph.name,
    doc: graph.docString ?? '',
    inputs: graph.inputs.map(ofValue),
    outputs: graph.outputs.map(ofValue),
    values: (graph.valueInfos ?? []).map(ofValue),
    initializers: Object.fromEntries(graph.initializers.map((each) => [each.name, ofTensor(each)])),
    nodes: graph.nodes.map((node) => [
      node.opType,
      node.domain ?? '',
      node.name,
      node.docString ?? '',
      node.inputs,
      node.outputs,
      Object.fromEntries(
        Object.entries(node.attributes ?? {}).map(([name, value]) => [name, ofAttribute(value)]),
      ),
    ]),
  };
}

/** Parses JSON in which read_back.py wrote floats as text, in Python's notation. */
function parsePython(text: string): unknown {
  const floats: Record<string, number> = {
    nan: Number.NaN,
    inf: Number.POSITIVE_INFINITY,
    '-0.0': -0,
    '0.10000000149011612': 0.10000000149011612,
    '1.401298464324817e-45': 1.401298464324817e-45,
  };
  return JSON.parse(text, (_, value) =>
    typeof value === 'string' && value in floats ? floats[value] : value,
  );
}

describe('encodeModel', () => {
  it("writes models that the ONNX project's own code reads", () => {
    // written.json is the content of written.onnx as read by Python's onnx, after onnx.checker accepted it.
    expect(Buffer.from(encodeModel(writtenModel)).equals(read('written.onnx'))).toBe(true);
    const readBack = parsePython(read('written.json').toString('utf8'));
    const { irVersion, opsets, producerName, producerVersion, domain, modelVersion, docString } =
      writtenModel;
    expect(readBack).toEqual({
      ir: irVersion,
      opsets,
      producer: [producerName, producerVersion, domain, String(modelVersion), docString],
      metadata: writtenModel.metadata,
      graph: inPython(writtenModel.graph),
    });
  });

  it('writes models that decodeModel reads back', () => {
    // Floats in attributes are float32 in the file; everything else is exact.
    const rounded = Math.fround(0.1);
    const nodes = writtenModel.graph.nodes.map((node) =>
      node.name === 'leaky'
        ? { ...node, attributes: { alpha: attr.float(rounded) } }
        : node.name === 'spare floats'
          ? {
              ...node,
              attributes: { value_floats: attr.floats([Number.NaN, Infinity, -0, Math.fround(1e-45)]) },
            }
          : node,
    );
    expect(decodeModel(encodeModel(writtenModel))).toEqual({
      ...writtenModel,
      graph: { ...writtenModel.graph, nodes },
    });
  });

  it('copies raw bytes unchanged, including unaligned ones', () => {
    const bytes = new Uint8Array(41).map((_, i) => i);
    const model = graphOf([], [{ name: 'w', dataType: 'float32', dims: [10], raw: bytes.subarray(1) }]);
    expect(decodeModel(encodeModel(model)).graph.initializers[0]?.raw).toEqual(bytes.slice(1));
  });

  it('rejects models too large for protobuf before it allocates memory', () => {
    // One buffer is used three times, so the model of 3 GiB takes 1 GiB of address space. The buffer is neither read nor
    // written.
    const raw = new Uint8Array(2 ** 30);
    const weights = ['a', 'b', 'c'].map((name) => tensor(name, 'uint8', [2 ** 30], raw));
    expect(() => encodeModel(graphOf([], weights))).toThrow(
      expect.objectContaining({
        code: 'ONNX_TOO_LARGE',
        message: expect.stringMatching(/322122\d+ bytes.*splitExternalData/),
      }),
    );
  });

  it.each<[string, Model, RegExp]>([
    [
      'an int over 64 bits',
      graphOf([node({ n: attr.int(2n ** 63n) })]),
      /attribute 'n' of Op node 'here'.*int64/,
    ],
    [
      'an int that is not a safe integer',
      graphOf([node({ n: attr.ints([2 ** 53]) })]),
      /9007199254740992.*bigint/,
    ],
    [
      'an int attribute with a fraction',
      graphOf([node({ n: attr.int(1.5) })]),
      /attribute 'n' of Op node 'here' is 1.5/,
    ],
    ['a float outside the range of float32', graphOf([node({ n: attr.float(1e39) })]), /1e\+39.*float32/],
    [
      'an attribute of an unknown type',
      graphOf([node({ n: { type: 'sparse', value: 1 } as never })]),
      /attribute 'n' of Op node 'here' is \{"type":"sparse","value":1\}/,
    ],
    [
      'a tensor with both raw bytes and external data',
      graphOf([], [{ ...scalar('s', 'int8', 1), external: { location: 'x' } }]),
      /raw and external/,
    ],
    [
      'a string tensor with raw bytes',
      graphOf([], [{ ...scalar('s', 'int8', 1), dataType: 'string' }]),
      /'s' of type 'string'/,
    ],
    [
      'a fractional dimension',
      graphOf([], [{ ...scalar('s', 'int8', 1), dims: [0.5] }]),
      /dimension of tensor 's' is 0.5/,
    ],
  ])('refuses %s', (_, model, message) => {
    expect(() => encodeModel(model)).toThrow(
      expect.objectContaining({ code: 'ONNX_BAD_VALUE', message: expect.stringMatching(message) }),
    );
  });
});

function node(attributes: Record<string, AttributeValue>): Graph['nodes'][number] {
  return { opType: 'Op', name: 'here', inputs: [], outputs: ['y'], attributes };
}
