import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  createSession,
  largestError,
  runEager,
  runSession,
  runTraced,
  type TensorFunction,
  traceOver,
  type Values,
  values,
} from '../../../../tests/support/trace-and-run.ts';
import type { RecordedGraph } from '../graph-pass.ts';
import { type TensorSpec, trace, traceModel } from '../index.ts';
import { removeDeadCode } from './dead-code.ts';

const specsOf = (inputs: readonly Values[]): TensorSpec[] =>
  inputs.map(({ shape, dtype }, i) => ({ name: `x${i}`, shape, dtype }));

/** Checks that a traced function gives the results of tfjs. Returns its ops. */
async function opsOf(run: TensorFunction, inputs: readonly Values[]): Promise<string[]> {
  const { outputs } = await runTraced(run, inputs);
  const expected = await runEager(run, inputs);
  outputs.forEach((output, i) => {
    expect(output.shape).toEqual(expected[i]?.shape);
    expect(largestError(output.values, expected[i]?.values ?? [])).toBeLessThan(5e-6); // sums of a few products
  });
  const model = await traceModel(run as never, specsOf(inputs));
  return model.graph.nodes.map(({ opType }) => opType);
}

const image = values([2, 3, 4, 3]);
const filter = values([1, 1, 3, 5], 2);
const conv = (x: tf.Tensor, w: tf.Tensor): tf.Tensor4D =>
  tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid');

describe('fuseBias', () => {
  it('puts a bias into Conv', async () => {
    const ops = await opsOf(
      (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) => tf.add(conv(x, w), b),
      [image, filter, values([5], 3)],
    );
    expect(ops).not.toContain('Add');
  });

  it('puts a bias on either side into Gemm, even after a Reshape', async () => {
    const inputs = [values([2, 3, 4]), values([4, 5], 2), values([5], 3)];
    const ops = await opsOf(
      (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) =>
        tf.add(b, tf.reshape(tf.matMul(tf.reshape(x, [6, 4]), w), [2, 3, 5])),
      inputs,
    );
    expect(ops).not.toContain('Add');
  });

  it('does not change a product that is used twice', async () => {
    const ops = await opsOf(
      (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) => {
        const y = conv(x, w);
        return [tf.add(y, b), tf.relu(y)];
      },
      [image, filter, values([5], 3)],
    );
    expect(ops).toContain('Add');
  });

  it.each([[[1]], [[]], [[1, 1, 1, 1]]])(
    'puts the bias [%s] of a single channel into Conv',
    async (shape) => {
      const ops = await opsOf(
        (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) => tf.add(conv(x, w), tf.reshape(b, shape)),
        [image, values([1, 1, 3, 1], 2), values([1], 3)],
      );
      expect(ops).not.toContain('Add');
    },
  );

  it.each([
    ['a row of pixels', (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) => tf.add(conv(x, w), b), [4, 1]],
    ['a bias per image', (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) => tf.add(conv(x, w), b), [2, 1, 1, 5]],
    ['a scalar', (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) => tf.add(conv(x, w), b), []],
    [
      'a bias over a split axis',
      (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) => tf.add(tf.reshape(conv(x, w), [2, 3, 2, 2, 5]), b),
      [2, 2, 1],
    ],
  ])('leaves %s to Add', async (_what, run, shape) => {
    expect(await opsOf(run, [image, filter, values(shape, 3)])).toContain('Add');
  });

  it('does not fuse a bias that broadcasts the product', async () => {
    const column = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor =>
      tf.add(tf.reshape(tf.matMul(x, w), [4, 1]), b);
    expect(await opsOf(column, [values([1, 3]), values([3, 4], 2), values([4], 3)])).toContain('Add');
  });
});

describe('foldPadding', () => {
  const padded = (value: number, pads: [number, number][]) => (x: tf.Tensor, w: tf.Tensor) =>
    conv(tf.pad(x, pads, value), w);
  const around: [number, number][] = [
    [0, 0],
    [0, 1],
    [2, 1],
    [0, 0],
  ];

  it('folds zeros around a channels-first image into Conv', async () => {
    const first = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
      padded(0, around)(tf.transpose(x, [0, 2, 3, 1]), w);
    expect(await opsOf(first, [values([2, 3, 4, 5]), filter])).not.toContain('Pad');
  });

  it('leaves other values, channels and mirrors to Pad', async () => {
    expect(await opsOf(padded(1, around), [image, filter])).toContain('Pad');
    expect(
      await opsOf(
        padded(0, [
          [0, 0],
          [0, 0],
          [0, 0],
          [1, 1],
        ]),
        [values([2, 3, 4, 1]), filter],
      ),
    ).toContain('Pad');
    const mirrored = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
      conv(
        tf.mirrorPad(
          x,
          [
            [0, 0],
            [1, 1],
            [1, 1],
            [0, 0],
          ],
          'reflect',
        ),
        w,
      );
    expect(await opsOf(mirrored, [image, filter])).toContain('Pad');
  });
});

describe('removeDeadCode', () => {
  const node = (opType: string, inputs: string[], outputs: string[]): RecordedGraph['nodes'][number] => ({
    opType,
    inputs,
    outputs,
    attributes: {},
    kernel: '',
  });
  const scalar = (
    name: string,
  ): [string, { name: string; dataType: 'float32'; dims: number[]; raw: Uint8Array }] => [
    name,
    { name, dataType: 'float32', dims: [], raw: new Uint8Array(4) },
  ];

  const graphOf = (nodes: RecordedGraph['nodes'], output: string): RecordedGraph => ({
    nodes,
    initializers: new Map([scalar('c'), scalar('d')]),
    inputs: [{ name: 'x' }],
    outputs: [{ name: output }],
    shapeOf: () => [],
  });

  it('removes unused nodes and constants', () => {
    const nodes = [
      node('Add', ['x', 'c'], ['a']),
      node('Mul', ['a', 'd'], ['dead']),
      node('Neg', ['a'], ['y']),
    ];
    const kept = removeDeadCode(graphOf(nodes, 'y'));
    expect(kept.nodes.map(({ opType }) => opType)).toEqual(['Add', 'Neg']);
    expect([...kept.initializers.keys()]).toEqual(['c']);
  });

  it.each<[string, string, string[], string[], string[]]>([
    ['the indices of MaxPool', 'MaxPool', ['a', 'b'], ['a'], ['a']],
    ['the trailing outputs of LayerNormalization', 'LayerNormalization', ['a', 'b', 'c'], ['a', 'b'], ['b']],
    [
      'none of the outputs of LayerNormalization before a used one',
      'LayerNormalization',
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
      ['c'],
    ],
    ['the mask of Dropout', 'Dropout', ['a', 'b'], ['a'], ['a']],
    ['no piece of Split', 'Split', ['a', 'b', 'c'], ['a', 'b', 'c'], ['a']],
    ['no output of TopK', 'TopK', ['a', 'b'], ['a', 'b'], ['a']],
    ['no output of If', 'If', ['a', 'b'], ['a', 'b'], ['a']],
    ['none of the outputs of an unknown operator', 'Unheard', ['a', 'b'], ['a', 'b'], ['a']],
  ])('if some outputs are unused, removes %s', (_what, opType, outputs, kept, used) => {
    const nodes = [node(opType, ['x'], outputs), node('Neg', used, ['y'])];
    expect(removeDeadCode(graphOf(nodes, 'y')).nodes[0]?.outputs).toEqual(kept);
  });

  it.each([0, 1, 2])('keeps a graph valid if it uses only piece %s of a split', async (piece) => {
    const run = (x: tf.Tensor): tf.Tensor => tf.exp(tf.split(x, [1, 2, 1], 1)[piece] as tf.Tensor);
    const x = values([3, 4]);
    const { outputs } = await runTraced(run, [x]);
    const [expected] = await runEager(run, [x]);
    expect(outputs[0]?.shape).toEqual(expected?.shape);
    // tfjs and ONNX Runtime use different libraries for exponentials.
    expect(largestError(outputs[0]?.values ?? [], expected?.values ?? [])).toBeLessThan(1e-6);
  });

  it('removes all dead code from a traced graph', async () => {
    const model = await traceModel(
      (x) => {
        tf.exp(x);
        return tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid');
      },
      [{ name: 'x', shape: [1, 4, 4, 1] }],
    );
    const pool = model.graph.nodes.find(({ opType }) => opType === 'MaxPool');
    expect(model.graph.nodes.some(({ opType }) => opType === 'Exp')).toBe(false);
    expect(pool?.outputs.length).toBe(1);
  });
});

describe('guardSingleRows', () => {
  const weights = [values([64, 48], 2), values([48], 3), values([48, 10], 4)];
  const dense = (x: tf.Tensor): tf.Tensor => {
    const [w1, b1, w2] = weights.map(({ values: list, shape }) => tf.tensor([...list], [...shape]));
    return tf.matMul(tf.relu(tf.add(tf.matMul(x, w1 as tf.Tensor), b1 as tf.Tensor)), w2 as tf.Tensor);
  };

  it('gives an image the same bits alone and in any batch', async () => {
    const session = await createSession(await trace(dense, [{ name: 'x0', shape: ['batch', 64] }]));
    const all = values([16, 64]);
    const [whole] = await runSession(session, [all]);
    for (const rows of [1, 2, 3, 5, 16]) {
      const [some] = await runSession(session, [
        { ...all, shape: [rows, 64], values: all.values.slice(0, rows * 64) },
      ]);
      expect(some?.shape).toEqual([rows, 10]);
      expect(some?.values).toEqual(whole?.values.slice(0, rows * 10));
    }
    await session.release();
  });

  it('does not change products that sum over images', async () => {
    const attention = (x: tf.Tensor): tf.Tensor => tf.matMul(tf.softmax(tf.matMul(x, x, false, true)), x);
    const session = await createSession(await trace(attention, [{ name: 'x0', shape: ['batch', 4] }]));
    for (const rows of [1, 3, 12]) {
      const x = values([rows, 4]);
      const [[got], [expected]] = [await runSession(session, [x]), await runEager(attention, [x])];
      expect(got?.shape).toEqual([rows, 4]);
      expect(largestError(got?.values ?? [], expected?.values ?? [])).toBeLessThan(1e-6); // sums of twelve
    }
    await session.release();
  });

  it('can be turned off', async () => {
    const spec: TensorSpec[] = [{ name: 'x0', shape: ['batch', 64] }];
    const guarded = await traceModel(dense, spec);
    const bare = await traceModel(dense, spec, { guardSingleRows: false });
    expect(bare.graph.nodes.filter(({ opType }) => opType === 'Concat').length).toBe(0);
    expect(guarded.graph.nodes.filter(({ opType }) => opType === 'Concat').length).toBe(2);
  });

  it('does not change graphs of a fixed size', async () => {
    const { bytes } = await traceOver(dense, [values([1, 64])]);
    expect(new TextDecoder('latin1').decode(bytes)).not.toContain('guard_row');
  });
});
