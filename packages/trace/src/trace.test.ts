import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  createSession,
  float32,
  largestError,
  runEager,
  runSession,
  values,
} from '../../../tests/support/trace-and-run.ts';
import { type TensorSpec, TraceError, type TraceErrorCode, trace, traceModel } from './index.ts';

const vector: TensorSpec[] = [{ name: 'x', shape: [3] }];

async function expectError(
  run: () => Promise<unknown>,
  code: TraceErrorCode,
  ...parts: string[]
): Promise<void> {
  const error = await run().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TraceError);
  expect((error as TraceError).code).toBe(code);
  for (const part of parts) expect((error as TraceError).message).toContain(part);
}

beforeEach(async () => {
  await tf.setBackend('cpu');
});

describe('trace', () => {
  it('leaves tfjs as it was', async () => {
    const before = {
      backend: tf.getBackend(),
      tensors: tf.memory().numTensors,
      data: tf.memory().numDataBuffers,
    };
    await trace((x) => tf.grad((y) => tf.sum(tf.sigmoid(tf.mul(y, 2))))(x), vector);
    expect({
      backend: tf.getBackend(),
      tensors: tf.memory().numTensors,
      data: tf.memory().numDataBuffers,
    }).toEqual(before);
  });

  it('leaves tfjs as it was when the function throws', async () => {
    const before = { backend: tf.getBackend(), tensors: tf.memory().numTensors };
    const thrown = new Error('of my own');
    const run = trace((x) => {
      tf.exp(x);
      throw thrown;
    }, vector);
    await expect(run).rejects.toBe(thrown);
    expect({ backend: tf.getBackend(), tensors: tf.memory().numTensors }).toEqual(before);
    await expect(trace(tf.exp, vector)).resolves.toBeInstanceOf(Uint8Array);
  });

  it('disposes of variables that the function makes', async () => {
    const before = tf.memory().numTensors;
    const bytes = await trace((x) => tf.add(x, tf.variable(tf.ones([3]))), vector);
    expect(bytes.length).toBeGreaterThan(0);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('takes tensors made elsewhere as constants, and leaves them usable', async () => {
    const weights = tf.tensor([1, 2, 3, 4, 5, 6], [2, 3]);
    const twin = tf.reshape(weights, [3, 2]);
    const whole = tf.tensor1d([16777217, 1], 'int32');
    const fn = (x: tf.Tensor): tf.Tensor[] => [
      tf.matMul(x, weights),
      tf.add(whole, tf.scalar(1, 'int32')),
      whole,
      tf.matMul(x, tf.transpose(twin)),
    ];
    const session = await createSession(await trace(fn, [{ name: 'x0', shape: ['batch', 2] }]));
    const x = float32([1, 2], [1, -1]);
    const [outputs, wanted] = [await runSession(session, [x]), await runEager(fn, [x])];
    expect(outputs.map((output) => output.values)).toEqual(wanted.map((output) => output.values));
    expect(outputs[1]?.values).toEqual([16777218, 2]);
    expect(Array.from(weights.dataSync())).toEqual([1, 2, 3, 4, 5, 6]);
    twin.dispose();
    expect(Array.from(weights.dataSync())).toEqual([1, 2, 3, 4, 5, 6]);
    weights.dispose();
    whole.dispose();
    await session.release();
  });

  it('takes a variable made elsewhere, and its gradient', async () => {
    const w = tf.variable(tf.tensor([1, 2, 3]));
    const fn = (x: tf.Tensor): tf.Tensor[] => {
      const { value, grads } = tf.variableGrads(() => tf.sum(tf.mul(tf.square(w), x)) as tf.Scalar, [w]);
      return [value, grads[w.name] as tf.Tensor];
    };
    const session = await createSession(await trace(fn, [{ name: 'x0', shape: [3] }]));
    const [value, gradient] = await runSession(session, [float32([3], [1, 1, 2])]);
    expect(value?.values).toEqual([23]);
    expect(gradient?.values).toEqual([2, 4, 12]);
    w.dispose();
    await session.release();
  });

  it('lets the function read what is constant', async () => {
    const fn = (x: tf.Tensor): tf.Tensor =>
      tf.mul(
        x,
        (tf.tensor1d([2, 3], 'int32').dataSync()[1] ?? 0) +
          Number((tf.fill([2], 4).arraySync() as number[])[0]),
      );
    const session = await createSession(await trace(fn, [{ name: 'x0', shape: [1] }]));
    expect((await runSession(session, [float32([1], [2])]))[0]?.values).toEqual([14]);
    await session.release();
  });

  it('names inputs, outputs and the graph, and writes metadata', async () => {
    const model = await traceModel(
      (a, b) => [tf.add(a, b), tf.greater(a, b)],
      [
        { name: 'left', shape: [2] },
        { name: 'right', shape: [2] },
      ],
      {
        outputNames: ['sum', 'more'],
        graphName: 'compare',
        metadata: { author: 'me' },
      },
    );
    expect(model.graph.inputs.map(({ name }) => name)).toEqual(['left', 'right']);
    expect(model.graph.outputs).toEqual([
      { name: 'sum', dataType: 'float32', shape: [2] },
      { name: 'more', dataType: 'bool', shape: [2] },
    ]);
    expect([model.graph.name, model.metadata, model.opsets, model.irVersion]).toEqual([
      'compare',
      { author: 'me' },
      { '': 17 },
      8,
    ]);
  });

  it('keeps inputs with values as initializers of their name', async () => {
    const model = await traceModel(
      (x, w) => tf.mul(x, w),
      [...vector, { name: 'w', shape: [3], values: Float32Array.of(1, 2, 3) }],
    );
    expect(model.graph.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(model.graph.initializers.map(({ name }) => name)).toEqual(['w']);
  });

  it('answers inputs, constants and one value twice', async () => {
    const fn = (x: tf.Tensor): tf.Tensor[] => {
      const y = tf.exp(x);
      return [x, tf.fill([2, 2], 3), y, y];
    };
    const x = values([3]);
    const session = await createSession(await trace(fn, [{ name: 'x0', shape: [3] }]));
    const [outputs, wanted] = [await runSession(session, [x]), await runEager(fn, [x])];
    outputs.forEach((output, i) => {
      expect(largestError(output.values, wanted[i]?.values ?? [])).toBeLessThan(1e-6);
    });
    await session.release();
  });

  it('keeps to names that inputs have', async () => {
    const names = ['v0', 'c0', 'c1', 'v1'];
    const model = await traceModel(
      (...x) => tf.addN(x.map((each) => tf.mul(each, 2))),
      names.map((name) => ({ name, shape: [2] })),
    );
    expect(model.graph.inputs.map(({ name }) => name)).toEqual(names);
  });
});

describe('trace refuses', () => {
  it('a kernel without a rule, by name, with what to do', async () => {
    await expectError(
      () => trace((x) => tf.topk(x).values, vector),
      'TRACE_KERNEL_UNSUPPORTED',
      'TopK',
      'compose',
      'add a rule',
      'README.md',
    );
    await expectError(() => trace((x) => tf.unique(x).values, vector), 'TRACE_KERNEL_UNSUPPORTED', 'Unique');
  });

  it('a kernel without a gradient, by name, with what to do', async () => {
    const strided = (x: tf.Tensor): tf.Tensor => tf.grad((y) => tf.stridedSlice(y, [0], [3], [2]))(x);
    await expectError(
      () => trace(strided, vector),
      'TRACE_GRADIENT_MISSING',
      'StridedSlice',
      'registerGradient',
    );
  });

  it('attributes outside of a rule', async () => {
    const image: TensorSpec[] = [{ name: 'x', shape: [1, 4, 4, 1] }];
    await expectError(
      () =>
        trace(
          (x) =>
            tf.mirrorPad(
              x,
              [
                [0, 0],
                [1, 1],
                [1, 1],
                [0, 0],
              ],
              'symmetric',
            ),
          image,
        ),
      'TRACE_ATTRIBUTE_UNSUPPORTED',
      'MirrorPad',
      'symmetric',
      'reflect',
    );
    await expectError(
      () => trace((x) => tf.grad((y) => tf.maxPool(y as tf.Tensor4D, 3, 1, 'same'))(x), image),
      'TRACE_ATTRIBUTE_UNSUPPORTED',
      'MaxPoolGrad',
      'overlap',
    );
    await expectError(
      () => trace((x) => tf.conv2d(x as tf.Tensor4D, tf.ones([1, 1, 4, 1]), 1, 'valid', 'NCHW'), image),
      'TRACE_ATTRIBUTE_UNSUPPORTED',
      'Conv2D',
      'NCHW',
      'NHWC',
    );
    await expectError(
      () => trace((x) => tf.cast(x, 'complex64'), vector),
      'TRACE_ATTRIBUTE_UNSUPPORTED',
      'complex64',
    );
    await expectError(
      () =>
        trace(
          (a, b) => tf.engine().runKernel(tf.Add, { a: a as tf.Tensor, b: b as tf.Tensor }),
          [
            { name: 'a', shape: [1], dtype: 'bool' },
            { name: 'b', shape: [1], dtype: 'bool' },
          ],
        ),
      'TRACE_ATTRIBUTE_UNSUPPORTED',
      'Add',
      'bool',
    );
  });

  it('reading what is not computed yet', async () => {
    await expectError(
      () => trace((x) => tf.scalar(tf.sum(x).dataSync()[0] ?? 0), vector),
      'TRACE_VALUE_READ',
      'dataSync',
    );
  });

  it('tensors that are disposed of, or of an earlier trace', async () => {
    const kept: tf.Tensor[] = [];
    await trace((x) => {
      kept.push(tf.keep(tf.exp(x)));
      return x;
    }, vector);
    await expectError(
      () => trace((x) => tf.add(x, kept[0] as tf.Tensor), vector),
      'TRACE_VALUE_READ',
      'earlier trace',
    );
    kept[0]?.dispose();
  });

  it('two traces at once', async () => {
    const first = trace(tf.exp, vector);
    await expectError(() => trace(tf.exp, vector), 'TRACE_BUSY', 'another trace');
    await first;
  });

  it('functions that answer no tensors', async () => {
    await expectError(() => trace((async (x: tf.Tensor) => x) as never, vector), 'TRACE_SPEC', 'a promise');
    await expectError(() => trace(() => 3 as never, vector), 'TRACE_SPEC', 'number');
    await expectError(
      () => trace((x) => [x, x], vector, { outputNames: ['one'] }),
      'TRACE_SPEC',
      'returns 2 tensors, outputNames has 1',
    );
  });

  it.each([
    ['two symbols', [{ name: 'x', shape: ['batch', 'width'] }], {}, 'batch, width'],
    ['two inputs of one name', [...vector, ...vector], {}, 'two inputs are named x'],
    ['an input without a name', [{ name: '', shape: [1] }], {}, 'no name'],
    ['a size that is none', [{ name: 'x', shape: [-1] }], {}, '-1'],
    ['an output with the name of an input', vector, { outputNames: ['x'] }, 'named x'],
    ['the default name of an output as an input', [{ name: 'y', shape: [3] }], {}, 'named y'],
    [
      'values of another type',
      [{ name: 'x', shape: [1], dtype: 'int32', values: Float32Array.of(1) }],
      {},
      'constant inputs are float32',
    ],
    [
      'too few values',
      [{ name: 'x', shape: [2], values: Float32Array.of(1) }],
      {},
      '2 values, but 1 were given',
    ],
    [
      'value infos of a symbolic graph',
      [{ name: 'x', shape: ['batch'] }],
      { valueInfos: true },
      'batch is symbolic',
    ],
  ] as [string, TensorSpec[], object, string][])('%s', async (_what, specs, options, part) => {
    await expectError(() => trace((...x) => tf.exp(x[0] as tf.Tensor), specs, options), 'TRACE_SPEC', part);
  });
});
