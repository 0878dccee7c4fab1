import '@tensorflow/tfjs-backend-wasm';
import * as tfl from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { trace, traceModel } from './index.ts';

/** The ways to yield to the event loop. */
const TURNS: readonly (() => Promise<void>)[] = [
  () => Promise.resolve(),
  () => new Promise((resolve) => setImmediate(resolve)),
  () => new Promise((resolve) => setTimeout(resolve)),
  () => new Promise((resolve) => process.nextTick(resolve)),
];

/** Other work with tfjs; each function returns known numbers. */
const WORK: readonly (() => Promise<readonly number[]>)[] = [
  async () => Array.from(await tf.tidy(() => tf.add(tf.tensor([1, 2]), 3)).data()),
  async () => Array.from(tf.tidy(() => tf.grad((x) => tf.sum(tf.square(x)))(tf.tensor([2, 2.5]))).dataSync()),
  async () => {
    const kept = tf.tidy(() => tf.keep(tf.tensor([4, 5])));
    await new Promise((resolve) => setImmediate(resolve));
    const values = Array.from(kept.dataSync());
    kept.dispose();
    return values;
  },
  async () => {
    const variable = tf.variable(tf.tensor([1, 2]));
    await Promise.resolve();
    tf.tidy(() => variable.assign(tf.add(variable, 3)));
    const values = Array.from(await variable.data());
    variable.dispose();
    return values;
  },
  async () => {
    const optimizer = tf.train.sgd(1);
    const variable = tf.variable(tf.tensor([6, 7]));
    await Promise.resolve();
    optimizer.minimize(() => tf.sum(tf.mul(variable, 2)));
    const values = Array.from(variable.dataSync());
    tf.dispose([variable]);
    optimizer.dispose();
    return values;
  },
  async () => {
    const random = tf.tidy(() => tf.add(tf.mul(tf.randomUniform([2]), 0), tf.tensor([4, 5])));
    const values = await random.array();
    random.dispose();
    return Math.random() < 1 && Date.now() > 0 ? (values as number[]) : [];
  },
];

describe('record', () => {
  it('does not let other code run on its backend during a thousand traces', async () => {
    await tf.setBackend('cpu');
    const weights = tf.tensor([
      [1, 2],
      [3, 4],
    ]);
    const expected = await traceModel((x) => tf.matMul(x, weights), [{ name: 'x', shape: ['batch', 2] }]);
    let [running, done] = [true, 0];
    const wrong: unknown[] = [];
    const other = async (
      work: () => Promise<readonly number[]>,
      turn: () => Promise<void>,
    ): Promise<void> => {
      while (running) {
        await turn();
        if (tf.getBackend() !== 'cpu') wrong.push(tf.getBackend());
        const values = await work().catch((error: unknown) => [error]);
        if (values.join() !== '4,5') wrong.push(values);
        done++;
        // Without an occasional macrotask, microtasks would block the other work.
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const others = WORK.flatMap((work) => TURNS.map((turn) => other(work, turn)));
    const interval = setInterval(() => {
      const sum = tf.tidy(() => tf.sum(tf.mul(tf.tensor([1, 2]), 3)).dataSync()[0]);
      if (sum !== 9) wrong.push(sum);
    });
    for (let i = 0; i < 1000; i++) {
      const model = await traceModel((x) => tf.matMul(x, weights), [{ name: 'x', shape: ['batch', 2] }]);
      if (i % 100 === 0) expect(model).toEqual(expected);
      await TURNS[i % TURNS.length]?.();
    }
    running = false;
    clearInterval(interval);
    await Promise.all(others);
    expect(wrong).toEqual([]);
    expect(done).toBeGreaterThan(1000);
    weights.dispose();
  });

  it('does not disturb a model that is fitted at the same time', async () => {
    await tf.setBackend('cpu');
    const fitted = async (meanwhile: () => Promise<void>): Promise<number[]> => {
      const model = tfl.sequential({
        layers: [
          tfl.layers.dense({
            units: 4,
            inputShape: [3],
            kernelInitializer: tfl.initializers.glorotNormal({ seed: 1 }),
          }),
          tfl.layers.batchNormalization(),
          tfl.layers.dense({ units: 1, kernelInitializer: tfl.initializers.glorotNormal({ seed: 2 }) }),
        ],
      });
      model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
      const [x, y] = [tf.linspace(0, 1, 48).reshape([16, 3]), tf.linspace(0, 1, 16).reshape([16, 1])];
      const other = meanwhile();
      await model.fit(x, y, { epochs: 3, batchSize: 4, shuffle: false });
      await other;
      return model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));
    };
    let alone = true;
    const traces = async (): Promise<void> => {
      for (let i = 0; i < 50; i++) {
        await trace(tf.exp, [{ name: 'x', shape: ['batch', 3] }]);
        await new Promise((resolve) => setImmediate(resolve));
      }
      alone = false;
    };
    expect(await fitted(traces)).toEqual(await fitted(async () => undefined));
    expect(alone).toBe(false);
  });

  it('runs concurrent and nested traces one after the other', async () => {
    await tf.setBackend('cpu');
    const vector = [{ name: 'x', shape: [3] }];
    let inner: Promise<Uint8Array> | undefined;
    const outer = trace((x) => {
      inner ??= trace(tf.exp, vector);
      return tf.log(x);
    }, vector);
    const [exp, log] = [await trace(tf.exp, vector), await trace(tf.log, vector)];
    expect(await outer).toEqual(log);
    expect(await inner).toEqual(exp);
    expect(await Promise.all([trace(tf.exp, vector), trace(tf.log, vector)])).toEqual([exp, log]);
  });

  it('waits for a backend that is being set up', async () => {
    const setting = tf.setBackend('wasm');
    await expect(trace(tf.exp, [{ name: 'x', shape: ['batch'] }])).resolves.toBeInstanceOf(Uint8Array);
    await setting;
    expect(tf.getBackend()).toBe('wasm');
    expect(Array.from(tf.tidy(() => tf.add(tf.tensor([1]), 1)).dataSync())).toEqual([2]);
    await tf.setBackend('cpu');
  });

  it('traces gradients while tfjs checks kernels for leaks, and keeps outside tensors', async () => {
    await tf.setBackend('cpu');
    const [weights, bias] = [tf.tensor2d([1, -2, 3, 4], [2, 2]), tf.tensor1d([0.5, -0.5])];
    const before = tf.memory();
    // For the gradient of a fused product, tfjs keeps copies of values, and reshapes the result of the product.
    const slope = tf.grad((x: tf.Tensor) =>
      tf.fused.matMul({ a: x as tf.Tensor2D, b: weights, bias, activation: 'linear' }),
    );
    const slopes = (x: tf.Tensor): tf.Tensor[] => [slope(x), tf.matMul(x, tf.keep(tf.clone(weights)))];
    tf.env().set('IS_TEST', true);
    const model = await traceModel(slopes, [{ name: 'x', shape: [3, 2] }]).finally(() =>
      tf.env().set('IS_TEST', false),
    );
    expect(model.graph.outputs.map(({ shape }) => shape)).toEqual([
      [3, 2],
      [3, 2],
    ]);
    const { numTensors, numDataBuffers } = tf.memory();
    expect([numTensors, numDataBuffers]).toEqual([before.numTensors, before.numDataBuffers]);
    expect(Array.from(weights.dataSync())).toEqual([1, -2, 3, 4]);
    tf.dispose([weights, bias]);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers - 2);
  });
});
