import { InferenceSession as NodeSession, Tensor } from 'onnxruntime-node';
import { InferenceSession as WasmSession } from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { attr } from './attribute.ts';
import { checkModel } from './check.ts';
import { decodeModel } from './decode.ts';
import { decomposeLayerNorm } from './decompose-layer-norm.ts';
import { encodeModel } from './encode.ts';
import type { Model, Node } from './model.ts';
import { int64Vector, tensor } from './tensor.ts';

const GROUPS = 4;
const VALUES = 2352;
const EPSILON = 1e-3;

/** Makes a model that normalizes groups of an image's channels, as traced graphs do for GroupNorm. */
function normalization(changes: Partial<Node> = {}, shape: readonly number[] = [-1, GROUPS, VALUES]): Model {
  const node: Node = {
    opType: 'LayerNormalization',
    name: 'normalize',
    inputs: ['grouped', 'ones'],
    outputs: ['y', 'mean', 'inverse'],
    attributes: { axis: attr.int(-1), epsilon: attr.float(EPSILON) },
    ...changes,
  };
  return {
    irVersion: 8,
    opsets: { '': 17 },
    producerName: 'test',
    metadata: { note: 'kept' },
    graph: {
      name: 'main',
      nodes: [{ opType: 'Reshape', name: 'group', inputs: ['x', 'groups'], outputs: ['grouped'] }, node],
      initializers: [
        int64Vector('groups', shape),
        tensor('ones', 'float32', [VALUES], new Float32Array(VALUES).fill(1)),
        tensor('twos', 'float32', [VALUES], new Float32Array(VALUES).fill(2)),
      ],
      inputs: [{ name: 'x', dataType: 'float32', shape: ['batch', GROUPS * VALUES] }],
      outputs: node.outputs.map((name) => ({ name, dataType: 'float32' })),
    },
  };
}

function node(opType: string, inputs: readonly string[], output: string): Node {
  return { opType, name: output, inputs, outputs: [output] };
}

/** Returns the model with an additional node. The node's subgraphs see all outer names. */
function withBranch(model: Model): Model {
  const branch = attr.graph({
    name: 'branch',
    nodes: [node('Identity', ['ones'], 'inside')],
    initializers: [],
    inputs: [],
    outputs: [{ name: 'inside', dataType: 'float32' }],
  });
  const choose: Node = {
    ...node('If', ['condition'], 'chosen'),
    attributes: { then_branch: branch, else_branch: branch },
  };
  const { nodes, initializers } = model.graph;
  const condition = tensor('condition', 'bool', [], [true]);
  return {
    ...model,
    graph: { ...model.graph, nodes: [...nodes, choose], initializers: [...initializers, condition] },
  };
}

/** Sine waves around 3, with a different amplitude in each group. */
const x = Float32Array.from(
  { length: 2 * GROUPS * VALUES },
  (_, i) => 3 + (1 + Math.floor(i / VALUES)) * Math.sin(12.9898 * i),
);

/** Returns the results by definition, computed in float64. */
function expected(): Record<'y' | 'mean' | 'inverse', number[]> {
  const y: number[] = [];
  const [mean, inverse]: [number[], number[]] = [[], []];
  for (let at = 0; at < x.length; at += VALUES) {
    const group = [...x.subarray(at, at + VALUES)];
    const average = group.reduce((sum, value) => sum + value, 0) / VALUES;
    const variance = group.reduce((sum, value) => sum + (value - average) ** 2, 0) / VALUES;
    mean.push(average);
    inverse.push(1 / Math.sqrt(variance + EPSILON));
    y.push(...group.map((value) => (value - average) / Math.sqrt(variance + EPSILON)));
  }
  return { y, mean, inverse };
}

const feeds = { x: new Tensor('float32', x, [2, GROUPS * VALUES]) };

function largestError(values: unknown, expectedValues: readonly number[]): number {
  const got = values as Float32Array;
  expect(got.length).toBe(expectedValues.length);
  return expectedValues.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (got[i] ?? Number.NaN))),
    0,
  );
}

describe('decomposeLayerNorm', () => {
  const decompose = (model: Model): Model => {
    const decomposed = decodeModel(decomposeLayerNorm(encodeModel(model)));
    checkModel(decomposed);
    return decomposed;
  };
  const decomposed = decompose(normalization());

  it('decomposes only normalizations of groups', () => {
    expect(decomposed.graph.nodes.map(({ opType }) => opType)).toEqual([
      'Reshape',
      'GlobalAveragePool',
      'Sub',
      'Mul',
      'GlobalAveragePool',
      'Add',
      'Sqrt',
      'Reciprocal',
      'Mul',
    ]);
    expect(decomposed.metadata).toEqual({ note: 'kept' });
    // The scale of the operator is removed. A constant that was already unused is kept.
    const names = decomposed.graph.initializers.map(({ name }) => name);
    expect(names).toEqual(['groups', 'twos', 'norm0_epsilon']);
  });

  it('computes values, means and inverse deviations as defined', async () => {
    const session = await NodeSession.create(encodeModel(decomposed), { logSeverityLevel: 3 });
    const { y, mean, inverse } = await session.run(feeds);
    const expectedValues = expected();
    // float32 rounds the mean, 3, by a relative 1e-7. About 600 additions in a row have a few times this error.
    expect(largestError(mean?.data, expectedValues.mean)).toBeLessThan(4e-6);
    expect(largestError(y?.data, expectedValues.y)).toBeLessThan(4e-6);
    expect(largestError(inverse?.data, expectedValues.inverse)).toBeLessThan(1e-6);
  });

  // If this test fails, ONNX Runtime has a better kernel, and decomposeLayerNorm is obsolete.
  it('gives less than half the error of the operator in WebAssembly', async () => {
    const expectedValues = expected().y;
    const error = async (model: Model): Promise<number> => {
      const session = await WasmSession.create(encodeModel(model));
      const values = (await session.run(feeds)).y?.data as Float32Array;
      return Math.hypot(...expectedValues.map((value, i) => value - (values[i] ?? Number.NaN)));
    };
    const [written, operator] = [await error(decomposed), await error(normalization())];
    expect(written).toBeLessThan(operator / 2);
  });

  it('decomposes a normalization after a cast, as in mixed precision', () => {
    const model = normalization({ inputs: ['wide', 'ones'] });
    const [reshape, ...rest] = model.graph.nodes as [Node, Node];
    const attributes = { to: attr.int(1) };
    const cast: Node = { opType: 'Cast', name: 'widen', inputs: ['grouped'], outputs: ['wide'], attributes };
    const mixed = { ...model, graph: { ...model.graph, nodes: [reshape, cast, ...rest] } };
    expect(decompose(mixed).graph.nodes).toHaveLength(10);
  });

  it('omits unused outputs', () => {
    expect(decompose(normalization({ outputs: ['y'] })).graph.nodes).toHaveLength(9);
  });

  it('does not reuse the name of an output', () => {
    expect(decompose(normalization({ outputs: ['norm0_mean'] })).graph.nodes).toHaveLength(9);
  });

  it('does not reuse the name of an input', () => {
    const model = normalization();
    const inputs = [
      ...model.graph.inputs,
      { name: 'norm0_square', dataType: 'float32', shape: [1] } as const,
    ];
    const { nodes } = decompose({ ...model, graph: { ...model.graph, inputs } }).graph;
    expect(nodes.flatMap(({ outputs }) => outputs)).not.toContain('norm0_square');
  });

  it('keeps a scale whose bytes are not float32 values', () => {
    const model = normalization();
    const [groups, ones, ...rest] = model.graph.initializers;
    if (groups === undefined || ones === undefined)
      throw new Error('the model has fewer than two initializers');
    const initializers = [groups, { ...ones, raw: ones.raw.subarray(0, -1) }, ...rest];
    const bytes = encodeModel({ ...model, graph: { ...model.graph, initializers } });
    expect(decomposeLayerNorm(bytes)).toEqual(bytes);
  });

  it('keeps a scale that another node uses', () => {
    const model = normalization({ outputs: ['y'] });
    const nodes = [...model.graph.nodes, node('Add', ['y', 'ones'], 'z')];
    const { initializers } = decompose({ ...model, graph: { ...model.graph, nodes } }).graph;
    expect(initializers.map(({ name }) => name)).toContain('ones');
  });

  it.each<[string, Model]>([
    ['with a scale other than 1', normalization({ inputs: ['grouped', 'twos'] })],
    ['with a bias', normalization({ inputs: ['grouped', 'ones', 'twos'] })],
    ['over a different axis', normalization({ attributes: { axis: attr.int(1) } })],
    ['with a different type of computation', normalization({ attributes: { stash_type: attr.int(16) } })],
    ['of a value with four axes', normalization({}, [-1, 2, GROUPS / 2, VALUES])],
    ['if another node has a subgraph', withBranch(normalization())],
    ['of a different operator domain', normalization({ domain: 'com.example' })],
  ])('does not change a normalization %s', (_, model) => {
    const bytes = encodeModel(model);
    expect(decomposeLayerNorm(bytes)).toEqual(bytes);
  });

  it.each([1, 2, 3])('rejects a truncated model (number of missing bytes: %i)', (missing) => {
    const bytes = encodeModel(normalization());
    expect(() => decomposeLayerNorm(bytes.subarray(0, -missing))).toThrow(
      expect.objectContaining({ code: 'ONNX_TRUNCATED' }),
    );
  });
});
