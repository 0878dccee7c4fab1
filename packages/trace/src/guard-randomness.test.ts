import { IsonoiseError } from '@isonoise/error';
import * as tfl from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { createSession, float32, runEager, runSession } from '../../../tests/support/trace-and-run.ts';
import { type TensorSpec, trace } from './index.ts';

const matrix: TensorSpec[] = [{ name: 'x0', shape: [2, 3] }];

beforeEach(async () => {
  await tf.setBackend('cpu');
});

async function expectRefused(
  fn: (x: tf.Tensor) => tf.Tensor,
  part: string,
  specs: readonly TensorSpec[] = matrix,
): Promise<void> {
  const [{ random }, { now }, { Date: date, performance }] = [Math, Date, globalThis];
  const error = await trace(fn, specs).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(IsonoiseError);
  expect(error).toMatchObject({ code: 'TRACE_RANDOM', message: expect.stringContaining(part) });
  expect([Math.random, Date, Date.now]).toEqual([random, date, now]);
  expect(Object.hasOwn(performance, 'now')).toBe(false);
}

const layer = (one: tfl.layers.Layer) => (x: tf.Tensor) => one.apply(x, { training: true }) as tf.Tensor;

describe('trace refuses unrepeatable values, and reports the call:', () => {
  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ['tf.dropout (Math.random)', (x) => tf.dropout(x, 0.5)],
    ['tf.randomNormal (Math.random)', (x) => tf.add(x, tf.randomNormal([2, 3]))],
    ['tf.randomNormal (Math.random)', (x) => tf.add(x, tf.randomNormal([2, 3], 0, 1, 'float32', 0))],
    ['tf.randomStandardNormal (Math.random)', (x) => tf.add(x, tf.randomStandardNormal([2, 3]))],
    ['tf.randomUniform (Math.random)', (x) => tf.add(x, tf.randomUniform([2, 3]))],
    ['tf.randomUniformInt (Math.random)', (x) => tf.add(x, tf.randomUniformInt([2, 3], 0, 9))],
    ['tf.truncatedNormal (Math.random)', (x) => tf.add(x, tf.truncatedNormal([2, 3]))],
    ['tf.randomGamma (Math.random)', (x) => tf.add(x, tf.randomGamma([2, 3], 1))],
    [
      'tf.rand (Math.random)',
      (x) =>
        tf.add(
          x,
          tf.rand([2, 3], () => Math.random()),
        ),
    ],
    ['tf.multinomial (Math.random)', (x) => tf.multinomial(x as tf.Tensor2D, 2)],
    ['tf.dropout (Math.random)', layer(tfl.layers.dropout({ rate: 0.5 }))],
    ['tf.randomNormal (Math.random)', layer(tfl.layers.gaussianNoise({ stddev: 1 }))],
    ['Math.random', (x) => tf.mul(x, Math.random())],
    // The branch is taken once in a thousand runs, so comparing two runs would not find it.
    ['Math.random', (x) => (Math.random() < 1e-3 ? tf.exp(x) : x)],
    ['Math.random', (x) => tf.grad((y) => tf.mul(y, Math.random()))(x)],
    ['Date.now', (x) => tf.mul(x, Date.now())],
    ['tf.util.now', (x) => tf.mul(x, tf.util.now())],
    ['new Date()', (x) => tf.mul(x, new Date().getDay())],
    ['Date()', (x) => tf.mul(x, Date().length)],
    ['performance.now', (x) => tf.mul(x, performance.now())],
    ['process.hrtime', (x) => tf.mul(x, process.hrtime()[1])],
    ['process.hrtime.bigint', (x) => tf.mul(x, Number(process.hrtime.bigint()))],
    ['crypto.getRandomValues', (x) => tf.mul(x, crypto.getRandomValues(new Uint8Array(1))[0] ?? 0)],
    ['crypto.randomUUID', (x) => tf.mul(x, crypto.randomUUID().charCodeAt(0))],
  ])('%s', async (call, fn) => {
    await expectRefused(fn, `calls ${call},`);
  });

  it('in a function with a named dimension', async () => {
    await expectRefused((x) => tf.dropout(x, 0.5), 'tf.dropout', [{ name: 'x0', shape: ['batch', 3] }]);
  });

  it('even if the function catches the error', async () => {
    const quiet = (x: tf.Tensor): tf.Tensor => {
      try {
        return tf.dropout(x, 0.5);
      } catch {
        return x;
      }
    };
    await expectRefused(quiet, 'tf.dropout');
  });
});

describe('trace refuses an unrepeatable function, and reports the difference:', () => {
  it('a counter in a constant', async () => {
    let count = 0;
    await expectRefused((x) => tf.add(x, count++), 'the constant 0, then the constant 1');
  });

  it('a counter in a reused array', async () => {
    const counter = new Float32Array([0, 5, 9]);
    const fn = (x: tf.Tensor): tf.Tensor => {
      counter[0] = (counter[0] ?? 0) + 1;
      return tf.add(x, tf.tensor(counter));
    };
    await expectRefused(fn, 'the constant 1, 5, 9, then the constant 2, 5, 9');
  });

  it('a clock that is called without its object', async () => {
    const { hrtime } = process;
    const clock = hrtime.bigint;
    await expectRefused((x) => tf.add(x, Number(clock() % 1_000_003n)), 'the constant');
  });

  it('a different attribute, a different op, and a different tensor from outside', async () => {
    let turn = 0;
    await expectRefused((x) => tf.leakyRelu(x, 0.1 * ++turn), 'kernel LeakyRelu with {"alpha":0.1');
    await expectRefused((x) => (turn++ % 2 === 0 ? tf.exp(x) : tf.log(x)), 'kernel');
    await expectRefused((x) => (turn++ % 2 === 0 ? tf.exp(tf.log(x)) : tf.exp(x)), 'kernel');
    const weights = [tf.tensor([1, 2, 3]), tf.tensor([3, 2, 1])];
    await expectRefused(
      (x) => tf.mul(x, weights[turn++ % 2] as tf.Tensor),
      'a tensor made outside the function, then a different one',
    );
    await expectRefused((x) => tf.mul(x, turn++), 'constant', [{ name: 'x0', shape: ['batch', 3] }]);
    tf.dispose(weights);
  });
});

describe('seeded random numbers', () => {
  it('are the same on each run in tfjs, and become constants of the graph', async () => {
    const fn = (x: tf.Tensor): tf.Tensor[] => [
      tf.dropout(x, 0.5, undefined, 7),
      tf.add(x, tf.randomNormal([2, 3], 0, 1, 'float32', 3)),
      tf.add(x, tf.randomUniform([2, 3], 0, 1, 'float32', 3)),
    ];
    const session = await createSession(await trace(fn, matrix));
    const x = float32([2, 3], [1, 2, 3, 4, 5, 6]);
    for (let time = 0; time < 2; time++) {
      const [got, eager] = [await runSession(session, [x]), await runEager(fn, [x])];
      expect(got.map(({ values }) => values)).toEqual(eager.map(({ values }) => values));
    }
    await session.release();
  });
});
