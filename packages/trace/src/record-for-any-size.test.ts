import { IsonoiseError } from '@isonoise/error';
import * as tfl from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  createSession,
  largestError,
  runEager,
  runSession,
  values,
} from '../../../tests/support/trace-and-run.ts';
import { type TensorSpec, type TraceOptions, trace } from './index.ts';

const rows: TensorSpec[] = [{ name: 'x0', shape: ['batch', 4] }];

beforeEach(async () => {
  await tf.setBackend('cpu');
});

async function expectRefused(
  fn: (x: tf.Tensor) => tf.Tensor | tf.Tensor[],
  parts: readonly string[],
  specs: readonly TensorSpec[] = rows,
  options: TraceOptions = {},
): Promise<void> {
  const error = await trace(fn, specs, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(IsonoiseError);
  expect(error).toMatchObject({ code: 'TRACE_BATCH' });
  for (const part of parts) expect((error as IsonoiseError).message).toContain(part);
}

/** Expects the graph to give tfjs's results, at sizes that the trace tried and at further sizes. */
async function expectRight(
  fn: (x: tf.Tensor) => tf.Tensor | tf.Tensor[],
  options: TraceOptions = {},
): Promise<void> {
  const session = await createSession(await trace(fn, rows, options));
  for (const size of [1, 2, 3, 5, 11, 33, 100]) {
    const x = values([size, 4], size);
    const [got, eager] = [await runSession(session, [x]), await runEager(fn, [x])];
    expect(got.map(({ shape }) => shape)).toEqual(eager.map(({ shape }) => shape));
    got.forEach((output, i) => {
      // Each value is a sum of up to 400 float32 values.
      expect(largestError(output.values, eager[i]?.values ?? []), `size ${size}`).toBeLessThan(1e-5);
    });
  }
  await session.release();
}

const size = (x: tf.Tensor): number => x.shape[0] ?? 0;
const branch =
  (test: (n: number) => boolean) =>
  (x: tf.Tensor): tf.Tensor =>
    test(size(x)) ? tf.exp(x) : tf.log(x);

describe('trace refuses a function that depends on the size of a named dimension through', () => {
  it.each<[string, (n: number) => boolean, number]>([
    ['n === 1', (n) => n === 1, 1],
    ['n <= 1', (n) => n <= 1, 1],
    ['n === 2', (n) => n === 2, 2],
    ['n > 2', (n) => n > 2, 1],
    ['n === 4', (n) => n === 4, 4],
    ['n > 4', (n) => n > 4, 1],
    ['n === 8', (n) => n === 8, 8],
    ['n % 4 === 0', (n) => n % 4 === 0, 4],
    ['n % 5 === 0', (n) => n % 5 === 0, 30],
    ['n % 7 === 0', (n) => n % 7 === 0, 28],
    ['n % 8 === 0', (n) => n % 8 === 0, 8],
    ['n % 10 === 0', (n) => n % 10 === 0, 30],
    ['n >= 16', (n) => n >= 16, 18],
    ['n > 31', (n) => n > 31, 32],
    ['n % 2 === 0', (n) => n % 2 === 0, 18],
    ['n % 3 === 0', (n) => n % 3 === 0, 18],
  ])('a branch on %s', async (_, test, found) => {
    await expectRefused(branch(test), [`${found}`, 'Exp', 'Log', 'Give the dimension batch a number']);
  });

  it('a branch on any threshold below 32', async () => {
    for (let threshold = 1; threshold < 32; threshold++) {
      await expectRefused(
        branch((n) => n > threshold),
        ['Exp', 'Log'],
      );
    }
  });

  it('a branch on a larger threshold, if the option `sizes` exceeds it', async () => {
    await expectRefused(
      branch((n) => n > 64),
      ['batch 11', 'batch 65'],
      rows,
      { sizes: [11, 18, 1, 2, 65] },
    );
    await expectRefused(
      branch((n) => n > 64),
      ['batch 100', 'batch 7'],
      rows,
      { sizes: [100, 7] },
    );
  });

  it.each<[string, (x: tf.Tensor) => tf.Tensor | tf.Tensor[], string]>([
    ['an attribute', (x) => tf.leakyRelu(x, size(x) === 1 ? 0.2 : 0.1), 'LeakyRelu'],
    ['a constant', (x) => tf.add(x, size(x) === 1 ? 5 : 6), 'the constant 6, then the constant 5'],
    ['an input', (x) => (size(x) === 1 ? x : tf.tensor([[1, 2, 3, 4]])), ''],
    [
      'the order of operands',
      (x) => (size(x) === 1 ? tf.sub(x, tf.exp(x)) : tf.sub(tf.exp(x), x)),
      'kernel Exp',
    ],
    ['an axis', (x) => tf.softmax(tf.reshape(x, size(x) === 2 ? [4, 2] : [size(x), 4])), 'shape'],
    ['the number of results', (x) => (size(x) === 1 ? [x] : [x, tf.exp(x)]), '2 results, then 1'],
    ['a rank', (x) => (size(x) === 1 ? tf.squeeze(x) : x), 'shape [11,4], then of shape [4]'],
    ['a squeeze of all axes of size 1', (x) => tf.squeeze(tf.sum(x, 1, true)), 'then of shape []'],
    ['a type', (x) => (size(x) === 1 ? tf.cast(tf.cast(x, 'int32'), 'float32') : x), ''],
    [
      'the type of a constant',
      (x) => [x, tf.scalar(1, size(x) === 1 ? 'int32' : 'float32')],
      'of type float32, then of type int32',
    ],
    ['an additional op', (x) => (size(x) === 1 ? x : tf.exp(x)), 'Exp'],
    ['a branch in a gradient', (x) => tf.grad((y) => (size(x) === 1 ? tf.square(y) : tf.exp(y)))(x), ''],
  ])('%s', async (_, fn, part) => {
    await expectRefused(fn, [part]);
  });

  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    [
      'a loop over the rows',
      (x) => tf.addN(Array.from({ length: size(x) }, (_, i) => tf.slice(x, [i, 0], [1, 4]))),
    ],
    ['all rows by unstack', (x) => tf.addN(tf.unstack(x))],
    ['the last row by unstack', (x) => tf.unstack(x).at(-1) as tf.Tensor],
    ['rows by split', (x) => tf.split(x, size(x)).at(-1) as tf.Tensor],
    ['a stack over the rows', (x) => tf.stack(tf.unstack(x).map((row) => tf.exp(row)))],
    ['a division by the size', (x) => tf.div(tf.sum(x), size(x))],
    ['a range', (x) => tf.add(x, tf.reshape(tf.range(0, size(x)), [size(x), 1]))],
  ])('%s', async (_, fn) => {
    await expectRefused(fn, []);
  });

  it('an error at some size, and quotes it', async () => {
    const two = (x: tf.Tensor): tf.Tensor => {
      if (size(x) < 2) throw new Error('two rows are needed');
      return tf.exp(x);
    };
    await expectRefused(two, ['fails at batch 1', 'two rows are needed']);
    await expectRefused(
      (x) => tf.unstack(x)[1] as tf.Tensor,
      ['fails at batch 1', 'the function returned undefined'],
    );
    await expectRight((x) => tf.exp(x), { sizes: [5, 4, 2] });
    const session = await createSession(await trace(two, rows, { sizes: [11, 18, 2] }));
    expect((await runSession(session, [values([2, 4])]))[0]?.shape).toEqual([2, 4]);
    await session.release();
  });
});

describe('at any size of the named dimension, trace supports', () => {
  it.each<[string, (x: tf.Tensor) => tf.Tensor | tf.Tensor[]]>([
    ['the first row', (x) => tf.unstack(x)[0] as tf.Tensor],
    // tfjs itself omits sums over an axis of size 1, and copies.
    [
      'gradients of tensors broadcast along the dimension',
      (x) => {
        const [b, c] = [tf.tensor([[1, 2, 3, 4]]), tf.tensor([[2]])];
        const loss = (...w: tf.Tensor[]): tf.Tensor =>
          tf.sum(tf.square(tf.add(tf.mul(x, w[0] as tf.Tensor), w[1] as tf.Tensor)));
        return tf.grads(loss)([b, c]);
      },
    ],
    ['a broadcast to the rows', (x) => tf.mul(x, tf.broadcastTo(tf.tensor([[1, 2, 3, 4]]), [size(x), 4]))],
    ['ones and zeros of that size', (x) => tf.add(tf.mul(x, tf.ones([size(x), 4])), tf.zerosLike(x))],
    ['reshapes', (x) => tf.reshape(tf.exp(tf.reshape(x, [size(x) * 2, 2])), [size(x), 4])],
    [
      'a branch whose result is unused',
      (x) => {
        if (size(x) === 1) tf.log(x);
        return tf.exp(x);
      },
    ],
  ])('%s', async (_, fn) => {
    await expectRight(fn);
  });

  it('a layers model in prediction', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.dense({ units: 8, inputShape: [4], activation: 'relu' }),
        tfl.layers.batchNormalization(),
        tfl.layers.dropout({ rate: 0.5 }),
        tfl.layers.reshape({ targetShape: [2, 4] }),
        tfl.layers.flatten(),
        tfl.layers.dense({ units: 2, activation: 'softmax' }),
      ],
    });
    await expectRight((x) => model.predict(x) as tf.Tensor);
    model.dispose();
  });
});

describe('sizes', () => {
  it.each<[readonly number[], readonly TensorSpec[], string]>([
    [[11], rows, 'sizes are 11'],
    [[], rows, 'two or more'],
    [[11, 11], rows, 'different'],
    [[2, 11], rows, 'the first two ≥ 3'],
    [[11, 18, 0], rows, '≥ 1'],
    [[11, 18.5], rows, 'whole numbers'],
    [[11, 18], [{ name: 'x0', shape: [2, 4] }], 'all dimensions have numbers'],
  ])('%j are refused', async (sizes, specs, part) => {
    const error = await trace(tf.exp, specs, { sizes }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'TRACE_SPEC', message: expect.stringContaining(part) });
  });
});
