import * as tfl from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createSession,
  float32,
  largestError,
  runEager,
  runSession,
} from '../../../tests/support/trace-and-run.ts';
import { expectRefused, state } from '../testdata/expect-refused.ts';
import { type TensorSpec, trace } from './index.ts';

const vector: TensorSpec[] = [{ name: 'x', shape: [3] }];
const rows: TensorSpec[] = [{ name: 'x', shape: [4, 3] }];

beforeEach(async () => {
  await tf.setBackend('cpu');
});

afterEach(() => {
  tf.disposeVariables();
});

describe('trace preserves variables', () => {
  it('when the function assigns to one', async () => {
    const v = tf.variable(tf.tensor([1, 2, 3]), true, 'counter');
    const count = (x: tf.Tensor): tf.Tensor => {
      v.assign(tf.add(v, x));
      return tf.mul(v, x);
    };
    await expectRefused(
      count,
      vector,
      'TRACE_STATE',
      'assigns to the variable counter of shape [3]',
      'input',
    );
  });

  it('when the function assigns to one and catches the error', async () => {
    const v = tf.variable(tf.tensor([1, 2, 3]), true, 'v');
    const quiet = (x: tf.Tensor): tf.Tensor => {
      try {
        v.assign(x);
      } catch {}
      return tf.add(x, v);
    };
    await expectRefused(quiet, vector, 'TRACE_STATE', 'variable v');
  });

  it('when the function assigns a tensor from outside', async () => {
    const v = tf.variable(tf.tensor([1, 2, 3]), true, 'v');
    const other = tf.tensor([4, 5, 6]);
    await expectRefused(
      (x) => {
        v.assign(other);
        return tf.add(x, v);
      },
      vector,
      'TRACE_STATE',
      'variable v',
    );
    expect(Array.from(other.dataSync())).toEqual([4, 5, 6]);
    other.dispose();
  });

  it('when the function disposes of one, of all, or of a tensor', async () => {
    const v = tf.variable(tf.tensor([1, 2, 3]), true, 'v');
    const w = tf.tensor([7, 8, 9]);
    const after = (act: () => void) => (x: tf.Tensor) => {
      act();
      return tf.exp(x);
    };
    const dispose = after(() => v.dispose());
    await expectRefused(dispose, vector, 'TRACE_STATE', 'disposes of the variable v of shape [3]');
    await expectRefused(after(tf.disposeVariables), vector, 'TRACE_STATE', 'disposes of the variable v');
    await expectRefused(
      after(() => tf.dispose([w])),
      vector,
      'TRACE_STATE',
      'disposes of a tensor of shape [3]',
    );
    expect(Array.from(w.dataSync())).toEqual([7, 8, 9]);
    w.dispose();
  });

  it('when the function throws, returns NaN, or fails in a gradient', async () => {
    const v = tf.variable(tf.tensor([1, 2, 3]), true, 'v');
    const thrown = new Error('thrown by the function');
    const before = state();
    const failing = trace((x) => {
      tf.keep(tf.mul(x, v));
      throw thrown;
    }, vector);
    await expect(failing).rejects.toBe(thrown);
    expect(state()).toEqual(before);
    await trace((x) => tf.div(tf.mul(x, v), 0), vector);
    expect(state()).toEqual(before);
    // StridedSlice does not have a gradient. By the time tfjs notices, the forward pass has kept tensors.
    const backward = (x: tf.Tensor): tf.Tensor =>
      tf.grad((y) => tf.sum(tf.stridedSlice(tf.exp(tf.mul(y, v)), [0], [3], [2])))(x);
    await expectRefused(backward, vector, 'TRACE_GRADIENT_MISSING', 'StridedSlice');
    const missing = (x: tf.Tensor): tf.Tensor =>
      tf.grad((y) => tf.sum(tf.topk(tf.exp(tf.mul(y, v))).values))(x);
    await expectRefused(missing, vector, 'TRACE_KERNEL_UNSUPPORTED', 'TopK');
  });

  it('when the function makes variables from numbers and from an outside tensor, and assigns to them', async () => {
    const w = tf.tensor([7, 8, 9]);
    const before = state();
    const local = (x: tf.Tensor): tf.Tensor => {
      const sum = tf.variable(w, true, 'sum');
      sum.assign(tf.add(sum, x));
      sum.assign(tf.mul(sum, 2));
      return tf.keep(tf.add(sum, tf.variable(tf.ones([3]))));
    };
    const session = await createSession(await trace(local, [{ name: 'x0', shape: [3] }]));
    expect(state()).toEqual(before);
    expect(Array.from(w.dataSync())).toEqual([7, 8, 9]);
    expect((await runSession(session, [float32([3], [1, 2, 3])]))[0]?.values).toEqual([17, 21, 25]);
    w.dispose();
    await session.release();
  });

  it('when the function makes one on its first run only, and then keeps this new variable', async () => {
    let sum: tf.Variable | undefined;
    const fn = (x: tf.Tensor): tf.Tensor => {
      sum ??= tf.variable(tf.tensor([1, 2, 3]), true, 'sum');
      return tf.add(sum, x);
    };
    const before = tf.memory().numTensors;
    const session = await createSession(await trace(fn, [{ name: 'x0', shape: [3] }]));
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(tf.engine().registeredVariables.sum).toBe(sum);
    expect(Array.from(sum?.dataSync() ?? [])).toEqual([1, 2, 3]);
    expect((await runSession(session, [float32([3], [1, 1, 1])]))[0]?.values).toEqual([2, 3, 4]);
    await session.release();
  });

  it('when the function makes a constant variable of the same name on each run', async () => {
    const before = state();
    const fn = (x: tf.Tensor): tf.Tensor => tf.mul(x, tf.variable(tf.tensor([1, 2, 3]), true, 'scale'));
    const session = await createSession(await trace(fn, [{ name: 'x0', shape: ['batch', 3] }]));
    expect(state()).toEqual(before);
    expect((await runSession(session, [float32([1, 3], [4, 5, 6])]))[0]?.values).toEqual([4, 10, 18]);
    await session.release();
  });

  it('when the function makes a random variable on each run', async () => {
    const fn = (x: tf.Tensor): tf.Tensor => tf.add(x, tf.variable(tf.randomNormal([3]), true, 'noise'));
    await expectRefused(fn, vector, 'TRACE_RANDOM', 'tf.randomNormal');
  });

  it.each<[string, () => tfl.layers.Layer]>([
    ['dense', () => tfl.layers.dense({ units: 2 })],
    [
      'dense, seeded',
      () => tfl.layers.dense({ units: 2, kernelInitializer: tfl.initializers.heNormal({ seed: 3 }) }),
    ],
    ['batch normalization', () => tfl.layers.batchNormalization()],
  ])('when the first run builds a layer: %s', async (_, create) => {
    const x = float32([4, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 0, 1]);
    const layer = create();
    const fn = (input: tf.Tensor): tf.Tensor => layer.apply(input) as tf.Tensor;
    const session = await createSession(await trace(fn, [{ name: 'x0', shape: ['batch', 3] }]));
    const [[got], [eager]] = [await runSession(session, [x]), await runEager(fn, [x])];
    // Each value is a sum of three float32 products.
    expect(largestError(got?.values ?? [], eager?.values ?? [])).toBeLessThan(1e-6);
    // The layer has its weights now, so a second trace does not add any.
    const before = state();
    await trace(fn, [{ name: 'x0', shape: ['batch', 3] }]);
    expect(state()).toEqual(before);
    await session.release();
    // A failed trace leaves the layer in the same state as an ordinary first run.
    const other = create();
    const refused = trace((input) => tf.topk(other.apply(input) as tf.Tensor).values, rows);
    await expect(refused).rejects.toMatchObject({ code: 'TRACE_KERNEL_UNSUPPORTED' });
    const [after] = await runEager((input: tf.Tensor) => other.apply(input) as tf.Tensor, [x]);
    expect(after?.values.every(Number.isFinite)).toBe(true);
  });

  it('of batch normalization, in training and in prediction', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.dense({ units: 2, inputShape: [3] }),
        tfl.layers.batchNormalization({ name: 'norm' }),
      ],
    });
    const moved = tf.tensor([
      [1, 2, 3],
      [3, 2, 1],
      [0, 1, 0],
      [1, 1, 1],
    ]);
    tf.tidy(() => void model.apply(moved, { training: true }));
    await expectRefused(
      (x) => model.apply(x, { training: true }) as tf.Tensor,
      rows,
      'TRACE_STATE',
      'norm/moving_mean',
      'training: false',
    );
    const before = state();
    const session = await createSession(
      await trace((x) => model.predict(x) as tf.Tensor, [{ name: 'x0', shape: ['batch', 3] }]),
    );
    expect(state()).toEqual(before);
    const [got] = await runSession(session, [float32([4, 3], Array.from(moved.dataSync()))]);
    const eager = Array.from((model.predict(moved) as tf.Tensor).dataSync());
    // Each value has two sums of three float32 products.
    for (const [i, value] of (got?.values ?? []).entries())
      expect(value).toBeCloseTo(eager[i] ?? Number.NaN, 5);
    await session.release();
    moved.dispose();
  });

  it('of a layers model in trainOnBatch', async () => {
    const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [3] })] });
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    const targets = tf.ones([4, 1]);
    const before = state();
    const pending = trace((x) => model.trainOnBatch(x, targets) as never, rows);
    await expect(pending).rejects.toMatchObject({ code: 'TRACE_SPEC' });
    // The promise that the function returned rejects later, because its input is disposed of. This must not end the
    // process.
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(state()).toEqual(before);
    targets.dispose();
  });
});

describe('trace', () => {
  it('allows tf.memory, tf.time and tf.profile in the function', async () => {
    const before = state();
    const measured = (x: tf.Tensor): tf.Tensor => {
      expect(tf.memory().numTensors).toBeGreaterThan(0);
      void tf.time(() => void tf.exp(x));
      void tf.profile(() => tf.exp(x));
      return tf.mul(x, 2);
    };
    const session = await createSession(await trace(measured, [{ name: 'x0', shape: [3] }]));
    expect((await runSession(session, [float32([3], [1, 2, 3])]))[0]?.values).toEqual([2, 4, 6]);
    await new Promise((resolve) => setTimeout(resolve));
    expect(state()).toEqual(before);
    expect(tf.engine().state.profiling).toBe(false);
    await session.release();
  });

  it('works in debug mode', async () => {
    tf.env().set('DEBUG', true);
    try {
      await expect(trace(tf.exp, vector)).resolves.toBeInstanceOf(Uint8Array);
    } finally {
      tf.env().set('DEBUG', false);
    }
  });
});
