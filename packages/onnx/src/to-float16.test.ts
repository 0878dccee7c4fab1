import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { attr } from './attribute.ts';
import { checkModel } from './check.ts';
import { encodeModel } from './encode.ts';
import { fromFloat16Array } from './float16.ts';
import type { Graph, Model, Node } from './model.ts';
import { int64Vector, tensor } from './tensor.ts';
import { toFloat16 } from './to-float16.ts';
import { toTypedArray } from './typed-array.ts';

/** Makes a node from a text such as `Op(a, b) -> c`. */
function node(text: string, attributes: Node['attributes'] = {}): Node {
  const [, opType = '', inputs = '', outputs = ''] = /^(\w+)\((.*)\) -> (.*)$/.exec(text) ?? [];
  return {
    opType,
    name: `node_${outputs}`,
    inputs: inputs.split(', '),
    outputs: outputs.split(', '),
    attributes,
  };
}

const show = ({ nodes }: Graph): string[] =>
  nodes.map(({ opType, inputs, outputs }) => `${opType}(${inputs.join(', ')}) -> ${outputs.join(', ')}`);

const types = ({ initializers }: Graph): Record<string, string> =>
  Object.fromEntries(initializers.map(({ name, dataType }) => [name, dataType]));

function model(nodes: readonly Node[], initializers: Graph['initializers'], outputs = ['y']): Model {
  return {
    irVersion: 8,
    opsets: { '': 17 },
    producerName: 'test',
    metadata: { note: 'kept' },
    graph: {
      name: 'main',
      nodes,
      initializers,
      inputs: [{ name: 'x', dataType: 'float32', shape: ['batch', 4] }],
      outputs: outputs.map((name) => ({ name, dataType: 'float32', shape: ['batch', 4] })),
    },
  };
}

const values = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(3 * i + 1));
const weight = tensor('w', 'float32', [4, 4], values(16));
const ones = tensor('ones', 'float32', [4], [1, 1, 1, 1]);

/** A small block of a network: product, normalization with scale, activation, product. */
const block = model(
  [
    node('MatMul(x, w) -> a'),
    node('LayerNormalization(a, ones) -> b'),
    node('Reshape(scale, row) -> scale2'),
    node('Mul(b, scale2) -> c'),
    node('Sigmoid(c) -> d'),
    node('Mul(c, d) -> e'),
    node('MatMul(e, w) -> f'),
    node('Add(f, a) -> g'),
    node('Identity(g) -> y'),
  ],
  [weight, ones, tensor('scale', 'float32', [4], values(4)), int64Vector('row', [1, 4])],
);

describe('toFloat16', () => {
  it('computes products in float16 and norms in float32, with casts between them', () => {
    const { graph, metadata } = toFloat16(block);
    expect(show(graph)).toEqual([
      'Cast(x) -> x_float16',
      'MatMul(x_float16, w) -> a',
      'Cast(a) -> a_float32',
      'LayerNormalization(a_float32, ones) -> b',
      'Reshape(scale, row) -> scale2',
      'Mul(b, scale2) -> c',
      'Cast(c) -> c_float16',
      'Sigmoid(c_float16) -> d',
      'Mul(c_float16, d) -> e',
      'MatMul(e, w) -> f',
      'Add(f, a) -> g',
      'Cast(g) -> y',
    ]);
    expect(types(graph)).toEqual({ w: 'float16', ones: 'float32', scale: 'float32', row: 'int64' });
    expect(metadata).toEqual({ note: 'kept' });
    expect(graph.inputs).toEqual(block.graph.inputs);
    expect(graph.outputs).toEqual(block.graph.outputs);
    checkModel(toFloat16(block));
  });

  it('gives the outputs of the float32 model in ONNX Runtime, up to float16 rounding', async () => {
    const x = values(12);
    const [exact = [], half = []] = await Promise.all(
      [block, toFloat16(block)].map(async (each) => {
        const session = await InferenceSession.create(encodeModel(each));
        const { y } = await session.run({ x: new Tensor('float32', x, [3, 4]) });
        await session.release();
        return Array.from((y as Tensor).data as Float32Array);
      }),
    );
    const largest = Math.max(...exact.map((value, i) => Math.abs(value - (half[i] ?? Number.NaN))));
    // Values of about 1 are rounded to 11 bits about six times: 6 · 2⁻¹¹. In float32, the difference would be 0.
    expect(largest).toBeLessThan(3e-3);
    expect(largest).toBeGreaterThan(1e-6);
  });

  it('rounds weights to the nearest float16', () => {
    const stored = toFloat16(block).graph.initializers.find(({ name }) => name === 'w');
    const halves = fromFloat16Array(toTypedArray(stored ?? weight) as Uint16Array);
    for (const [i, value] of values(16).entries()) {
      expect(Math.abs((halves[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(2 ** -12);
    }
  });

  it('keeps in float32 all values that lead to a sine or cosine', () => {
    const nodes = [
      node('Mul(x, frequencies) -> angle'),
      node('MatMul(angle, w) -> mixed'),
      node('Sin(mixed) -> s'),
      node('Cos(mixed) -> c'),
      node('Concat(s, c) -> both', { axis: attr.int(1) }),
      node('Slice(both, from, to, axis) -> part'),
      node('MatMul(part, w) -> y'),
    ];
    const positions = [int64Vector('from', [0]), int64Vector('to', [4]), int64Vector('axis', [1])];
    const frequencies = tensor('frequencies', 'float32', [1, 4], [1, 0.1, 0.01, 0.001]);
    const { graph } = toFloat16(model(nodes, [weight, frequencies, ...positions]));
    expect(show(graph)).toEqual([
      ...nodes.slice(0, 6).map((each) => show({ ...block.graph, nodes: [each] })[0]),
      'Cast(part) -> part_float16',
      // The first form of the weight keeps its name. The float16 form gets a new name.
      'MatMul(part_float16, w_float16) -> y_float16',
      'Cast(y_float16) -> y',
    ]);
    expect(types(graph)).toMatchObject({ w: 'float32', w_float16: 'float16', frequencies: 'float32' });
  });

  it('keeps in float32 all values that lead to a whole number', () => {
    const nodes = [
      node('MatMul(x, w) -> turns'),
      node('Floor(turns) -> whole'),
      node('Sub(turns, whole) -> rest'),
      node('MatMul(rest, w) -> y'),
    ];
    expect(show(toFloat16(model(nodes, [weight])).graph)).toEqual([
      ...nodes.slice(0, 3).map((each) => show({ ...block.graph, nodes: [each] })[0]),
      'Cast(rest) -> rest_float16',
      'MatMul(rest_float16, w_float16) -> y_float16',
      'Cast(y_float16) -> y',
    ]);
  });

  it('casts each value at most once, and never back', () => {
    const nodes = [
      node('MatMul(x, w) -> a'),
      node('Softmax(a) -> s'),
      node('ReduceMean(a) -> m', { axes: attr.ints([1]), keepdims: attr.int(1) }),
      node('Sub(s, m) -> d'),
      node('MatMul(d, w) -> p'),
      node('MatMul(d, w) -> q'),
      node('Add(p, q) -> y'),
    ];
    const { graph } = toFloat16(model(nodes, [weight]));
    const casts = graph.nodes.filter(({ opType }) => opType === 'Cast');
    expect(casts.map(({ inputs }) => inputs[0])).toEqual(['x', 'a', 'd', 'y_float16']);
    const made = new Set(casts.flatMap(({ outputs }) => outputs));
    expect(casts.some(({ inputs }) => made.has(inputs[0] ?? ''))).toBe(false);
  });

  it('chooses float16 if both types need casts, and float32 if neither type needs casts', () => {
    const nodes = [
      node('MatMul(x, w) -> a'),
      node('Softmax(a) -> s'),
      node('Mul(a, s) -> y'),
      node('Neg(x) -> n'),
    ];
    const { graph } = toFloat16(model(nodes, [weight], ['y', 'n']));
    expect(show(graph)).toEqual([
      'Cast(x) -> x_float16',
      'MatMul(x_float16, w) -> a',
      'Cast(a) -> a_float32',
      'Softmax(a_float32) -> s',
      // `a` exists in both types, `s` only in float32.
      'Mul(a_float32, s) -> y',
      'Neg(x) -> n',
    ]);
    const mixed = [node('MatMul(x, w) -> a'), node('Softmax(x) -> s'), node('Mul(a, s) -> y')];
    expect(show(toFloat16(model(mixed, [weight])).graph).slice(2)).toEqual([
      'Softmax(x) -> s',
      'Cast(s) -> s_float16',
      'Mul(a, s_float16) -> y_float16',
      'Cast(y_float16) -> y',
    ]);
  });

  it('keeps float32 outputs under the same names, including outputs that nodes read', () => {
    const nodes = [node('MatMul(x, w) -> a'), node('MatMul(a, w) -> y'), node('Reshape(ones, row) -> k')];
    const { graph } = toFloat16(
      model(nodes, [weight, ones, int64Vector('row', [1, 4])], ['a', 'y', 'k', 'x']),
    );
    expect(show(graph)).toEqual([
      'Cast(x) -> x_float16',
      'MatMul(x_float16, w) -> a_float16',
      'MatMul(a_float16, w) -> y_float16',
      'Cast(a_float16) -> a',
      'Cast(y_float16) -> y',
      'Reshape(ones, row) -> k',
    ]);
  });

  it('does not convert sizes, integers and comparisons', () => {
    const nodes = [
      node('MatMul(x, w) -> a'),
      node('Resize(a, , scales) -> r', { mode: attr.string('nearest') }),
      node('ArgMax(r) -> best', { axis: attr.int(1), keepdims: attr.int(1) }),
      node('Cast(best) -> number', { to: attr.int(1) }),
      node('Greater(r, number) -> above'),
      node('Where(above, r, number) -> y'),
    ];
    const { graph } = toFloat16(model(nodes, [weight, tensor('scales', 'float32', [2], [1, 1 / 3])]));
    expect(types(graph)).toEqual({ w: 'float16', scales: 'float32' });
    expect(show(graph)).toContain('Resize(a, , scales) -> r');
    expect(show(graph)).toContain('Cast(best) -> number');
    // A third of four columns is one column.
    const outputs = [{ name: 'y', dataType: 'float32', shape: ['batch', 1] }] as const;
    checkModel({ ...model(nodes, []), graph: { ...graph, outputs } });
  });

  it('rejects weights that are needed in float16 but out of its range, and names them', () => {
    const large = (at: number): Float32Array => values(16).map((value, i) => (i === 3 ? at : value));
    for (const value of [65505, -70000, Number.POSITIVE_INFINITY, Number.NaN]) {
      const broken = model([node('MatMul(x, w) -> y')], [tensor('w', 'float32', [4, 4], large(value))]);
      expect(() => toFloat16(broken)).toThrow(
        expect.objectContaining({
          code: 'ONNX_FLOAT16_RANGE',
          message: expect.stringContaining(`weight 'w' has ${value} at index 3`),
        }),
      );
    }
    const largest = model([node('MatMul(x, w) -> y')], [tensor('w', 'float32', [4, 4], large(65504))]);
    expect(types(toFloat16(largest).graph)).toEqual({ w: 'float16' });
    const scale = tensor('scale', 'float32', [4], [1e6, 1, 1, 1]);
    const norm = model([node('LayerNormalization(x, scale) -> y')], [scale]);
    expect(types(toFloat16(norm).graph)).toEqual({ scale: 'float32' });
  });

  it('rejects operators without a rule', () => {
    const code = 'ONNX_FLOAT16_UNSUPPORTED';
    const strange = model([node('NonMaxSuppression(x) -> y')], []);
    expect(() => toFloat16(strange)).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringContaining("node 'node_y' is NonMaxSuppression"),
      }),
    );
    const custom = model([{ ...node('Add(x, x) -> y'), domain: 'com.example' }], []);
    expect(() => toFloat16(custom)).toThrow(expect.objectContaining({ code }));
    const nested = model([node('Identity(x) -> y', { body: attr.graph(block.graph) })], []);
    expect(() => toFloat16(nested)).toThrow(expect.objectContaining({ code }));
  });
});
