import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSession, float32, runSession } from '../../../tests/support/trace-and-run.ts';
import { expectRefused } from '../testdata/expect-refused.ts';
import { type TensorSpec, trace } from './index.ts';

const vector: TensorSpec[] = [{ name: 'x', shape: [3] }];
const _rows: TensorSpec[] = [{ name: 'x', shape: [4, 3] }];

beforeEach(async () => {
  await tf.setBackend('cpu');
});

afterEach(() => {
  tf.disposeVariables();
});

const OPTIMIZERS: readonly (readonly [string, () => tf.Optimizer])[] = [
  ['SGD', () => tf.train.sgd(0.1)],
  ['Momentum', () => tf.train.momentum(0.1, 0.9)],
  ['Adagrad', () => tf.train.adagrad(0.1)],
  ['Adadelta', () => tf.train.adadelta(0.1)],
  ['RMSProp', () => tf.train.rmsprop(0.1, 0.9, 0.5)],
  ['RMSProp', () => tf.train.rmsprop(0.1, 0.9, 0.5, 1e-7, true)],
  ['Adam', () => tf.train.adam(0.1)],
  ['Adamax', () => tf.train.adamax(0.1)],
];

describe('trace reports a refused optimizer step, and leaves weights and slots unchanged:', () => {
  it.each(OPTIMIZERS)('minimize of %s', async (name, create) => {
    const w = tf.variable(tf.tensor([1, 2, 3]), true, 'w');
    const [optimizer, untouched] = [create(), create()];
    const loss = (x: tf.Tensor) => (): tf.Scalar => tf.sum(tf.square(tf.mul(w, x)));
    const step = (x: tf.Tensor): tf.Tensor => optimizer.minimize(loss(x), true) as tf.Tensor;
    await expectRefused(step, vector, 'TRACE_STATE', `optimizer ${name}`, 'variableGrads');
    // The optimizer still works like one that was never traced.
    const after = [optimizer, untouched].map((each) => {
      w.assign(tf.tensor([1, 2, 3]));
      each.minimize(loss(tf.tensor([1, 2, 1])));
      each.minimize(loss(tf.tensor([1, 1, 2])));
      return Array.from(w.dataSync());
    });
    expect(after[0]).toEqual(after[1]);
    expect(after[0]).not.toEqual([1, 2, 3]);
  });

  it('minimize after a first step, which made slots', async () => {
    const w = tf.variable(tf.tensor([1, 2, 3]), true, 'w');
    const optimizer = tf.train.adam(0.1);
    const loss = (x: tf.Tensor) => (): tf.Scalar => tf.sum(tf.square(tf.mul(w, x)));
    optimizer.minimize(loss(tf.tensor([1, 1, 1])));
    await expectRefused(
      (x) => optimizer.minimize(loss(x), true) as tf.Tensor,
      vector,
      'TRACE_STATE',
      'optimizer Adam',
    );
  });

  it('applyGradients', async () => {
    const w = tf.variable(tf.tensor([1, 2, 3]), true, 'w');
    const optimizer = tf.train.adam(0.1);
    const step = (x: tf.Tensor): tf.Tensor => {
      const { value, grads } = tf.variableGrads(() => tf.sum(tf.mul(w, x)));
      optimizer.applyGradients(Object.entries(grads).map(([key, tensor]) => ({ name: key, tensor })));
      return value;
    };
    await expectRefused(step, vector, 'TRACE_STATE', 'optimizer Adam');
  });

  it('a custom optimizer, with the variable that it assigns to', async () => {
    class Descent extends tf.Optimizer {
      static className = 'Descent';
      applyGradients(): void {
        w.assign(tf.mul(w, 0.9));
      }
      getConfig(): tf.serialization.ConfigDict {
        return {};
      }
    }
    const w = tf.variable(tf.tensor([1, 2, 3]), true, 'w');
    const own = new Descent();
    const cost = (x: tf.Tensor) => (): tf.Scalar => tf.sum(tf.mul(w, x));
    await expectRefused(
      (x) => own.minimize(cost(x), true) as tf.Tensor,
      vector,
      'TRACE_STATE',
      'optimizer Descent',
    );
    await expectRefused(
      (x) => {
        own.applyGradients();
        return tf.mul(x, w);
      },
      vector,
      'TRACE_STATE',
      'variable w of shape [3]',
    );
  });

  it('an optimizer that the function makes', async () => {
    const w = tf.variable(tf.tensor([1, 2, 3]), true, 'w');
    await expectRefused(
      (x) => tf.train.adam(0.1).minimize(() => tf.sum(tf.mul(w, x)), true) as tf.Tensor,
      vector,
      'TRACE_STATE',
      'optimizer Adam',
    );
  });
});

describe('a step with its state as inputs and outputs', () => {
  it('equals Adam over five steps', async () => {
    const [rate, beta1, beta2, epsilon] = [0.1, 0.9, 0.999, 1e-7];
    const loss = (w: tf.Tensor, x: tf.Tensor): tf.Tensor => tf.sum(tf.square(tf.mul(w, x)));
    const step = (w: tf.Tensor, m: tf.Tensor, v: tf.Tensor, powers: tf.Tensor, x: tf.Tensor): tf.Tensor[] => {
      const gradient = tf.grad((weights) => loss(weights, x))(w);
      const [first, second] = tf.unstack(powers) as [tf.Tensor, tf.Tensor];
      const nextM = tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1));
      const nextV = tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2));
      const root = tf.add(tf.sqrt(tf.div(nextV, tf.sub(1, second))), epsilon);
      const update = tf.div(tf.div(nextM, tf.sub(1, first)), root);
      return [tf.sub(w, tf.mul(update, rate)), nextM, nextV, tf.mul(powers, tf.tensor([beta1, beta2]))];
    };
    const specs = [3, 3, 3, 2, 3].map((size, i): TensorSpec => ({ name: `x${i}`, shape: [size] }));
    const session = await createSession(await trace(step as never, specs));
    const w = tf.variable(tf.tensor([1, 2, 3]), true, 'w');
    const adam = tf.train.adam(rate, beta1, beta2, epsilon);
    let state = [float32([3], [1, 2, 3]), float32([3], [0, 0, 0]), float32([3], [0, 0, 0])];
    state.push(float32([2], [beta1, beta2]));
    for (let i = 0; i < 5; i++) {
      const x = [1, i - 2, 0.5 * i];
      state = await runSession(session, [...state, float32([3], x)]);
      adam.minimize(() => loss(w, tf.tensor(x)) as tf.Scalar);
    }
    const eager = Array.from(w.dataSync());
    // Each step rounds a dozen times in float32.
    for (const [i, value] of (state[0]?.values ?? []).entries())
      expect(value).toBeCloseTo(eager[i] ?? Number.NaN, 5);
    expect(eager).not.toEqual([1, 2, 3]);
    await session.release();
  });
});
