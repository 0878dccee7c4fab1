import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { LIBM } from '../../../tests/support/rule-cases.ts';
import {
  createSession,
  float32,
  largestError,
  runEager,
  runSession,
  values,
} from '../../../tests/support/trace-and-run.ts';
import { type TensorSpec, trace, traceModel } from './index.ts';

const vector: TensorSpec[] = [{ name: 'x', shape: [3] }];

beforeEach(async () => {
  await tf.setBackend('cpu');
});

describe('trace', () => {
  it('restores the state of tfjs', async () => {
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

  it('restores the state of tfjs when the function throws', async () => {
    const before = { backend: tf.getBackend(), tensors: tf.memory().numTensors };
    const thrown = new Error('thrown by the function');
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

  it('turns outside tensors into constants, and leaves them usable', async () => {
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
    const [outputs, expected] = [await runSession(session, [x]), await runEager(fn, [x])];
    expect(outputs.map((output) => output.values)).toEqual(expected.map((output) => output.values));
    expect(outputs[1]?.values).toEqual([16777218, 2]);
    expect(Array.from(weights.dataSync())).toEqual([1, 2, 3, 4, 5, 6]);
    twin.dispose();
    expect(Array.from(weights.dataSync())).toEqual([1, 2, 3, 4, 5, 6]);
    weights.dispose();
    whole.dispose();
    await session.release();
  });

  it('supports an outside variable and its gradient', async () => {
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

  it('supports a tfjs op that saves a copy of its result for its gradient', async () => {
    // tfjs checks in tests that kernels do not leak data.
    expect(tf.env().getBool('IS_TEST')).toBe(true);
    const fn = (x: tf.Tensor): tf.Tensor => tf.grad((y) => tf.sum(tf.square(tf.logSoftmax(y))))(x);
    const x = values([2, 3]);
    const session = await createSession(await trace(fn, [{ name: 'x0', shape: [2, 3] }]));
    const [[got], [eager]] = [await runSession(session, [x]), await runEager(fn, [x])];
    expect(largestError(got?.values ?? [], eager?.values ?? [])).toBeLessThan(LIBM);
    await session.release();
  });

  it('lets the function read constants', async () => {
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

  it('gives names to inputs, outputs and the graph, and writes metadata', async () => {
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

  it('stores inputs with values as initializers of the same name', async () => {
    const model = await traceModel(
      (x, w) => tf.mul(x, w),
      [...vector, { name: 'w', shape: [3], values: Float32Array.of(1, 2, 3) }],
    );
    expect(model.graph.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(model.graph.initializers.map(({ name }) => name)).toEqual(['w']);
  });

  it('supports results that are inputs or constants, or are equal to a previous result', async () => {
    const fn = (x: tf.Tensor): tf.Tensor[] => {
      const y = tf.exp(x);
      return [x, tf.fill([2, 2], 3), y, y];
    };
    const x = values([3]);
    const session = await createSession(await trace(fn, [{ name: 'x0', shape: [3] }]));
    const [outputs, expected] = [await runSession(session, [x]), await runEager(fn, [x])];
    outputs.forEach((output, i) => {
      expect(largestError(output.values, expected[i]?.values ?? [])).toBeLessThan(LIBM);
    });
    await session.release();
  });

  it('does not reuse the names of inputs', async () => {
    const names = ['v0', 'c0', 'c1', 'v1'];
    const model = await traceModel(
      (...x) => tf.addN(x.map((each) => tf.mul(each, 2))),
      names.map((name) => ({ name, shape: [2] })),
    );
    expect(model.graph.inputs.map(({ name }) => name)).toEqual(names);
  });
});
