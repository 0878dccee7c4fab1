import { IsonoiseError } from '@isonoise/error';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { LIBM } from '../../../tests/support/rule-cases.ts';
import {
  createSession,
  largestError,
  runEager,
  runSession,
  values,
} from '../../../tests/support/trace-and-run.ts';

import { type TensorSpec, trace, traceModel } from './index.ts';

const image = (x: tf.Tensor): tf.Tensor4D => x as tf.Tensor4D;

/** A network with several reshapes that involve its batch. */
function network(x: tf.Tensor): tf.Tensor[] {
  const [batch = 0] = x.shape;
  const y = tf.relu(tf.conv2d(image(x), tf.fill([3, 3, 2, 4], 0.1), 2, 'same')); // [B, 3, 3, 4]
  const tokens = tf.reshape(y, [batch, 9, 4]);
  const attended = tf.matMul(tf.softmax(tf.matMul(tokens, tokens, false, true)), tokens);
  const pooled = tf.mean(tf.reshape(attended, [batch, 3, 3, 4]), [1, 2]);
  return [tf.softmax(tf.matMul(pooled, tf.fill([4, 5], 0.3))), tf.reshape(y, [batch * 9, 4]), tf.sum(x)];
}

async function expectRefused(fn: (x: tf.Tensor) => tf.Tensor, ...parts: string[]): Promise<void> {
  await expectRefusedOver(['batch', 4], fn, ...parts);
}

async function expectRefusedOver(
  shape: TensorSpec['shape'],
  fn: (x: tf.Tensor) => tf.Tensor,
  ...parts: string[]
): Promise<void> {
  const error = await traceModel(fn, [{ name: 'x', shape }]).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(IsonoiseError);
  expect((error as IsonoiseError).code).toBe('TRACE_BATCH');
  for (const part of parts) expect((error as IsonoiseError).message).toContain(part);
}

describe('generaliseBatch', () => {
  it('makes one graph that is correct for any batch', async () => {
    const session = await createSession(await trace(network, [{ name: 'x0', shape: ['batch', 5, 5, 2] }]));
    for (const batch of [1, 2, 3, 7, 32]) {
      const x = values([batch, 5, 5, 2], batch);
      const [outputs, expected] = [await runSession(session, [x]), await runEager(network, [x])];
      outputs.forEach((output, i) => {
        expect(output.shape).toEqual(expected[i]?.shape);
        // Each value is a sum over a batch of 32 images of 50 values.
        expect(largestError(output.values, expected[i]?.values ?? [])).toBeLessThan(1e-5);
      });
    }
    await session.release();
  });

  it('writes the name of the batch into the shapes of outputs, and declares multiples of it as unknown', async () => {
    const { graph } = await traceModel(network, [{ name: 'x', shape: ['images', 5, 5, 2] }]);
    expect(graph.inputs.map(({ shape }) => shape)).toEqual([['images', 5, 5, 2]]);
    expect(graph.outputs.map(({ shape }) => shape)).toEqual([['images', 5], [null, 4], []]);
  });

  it('makes a separate constant for a number that equals the batch by chance', async () => {
    // 11 is the batch of the first trace and also the end of this slice.
    const fn = (x: tf.Tensor): tf.Tensor[] => {
      const flat = tf.reshape(x, [x.size]);
      return [tf.reshape(tf.exp(x), [x.size]), tf.slice(tf.concat([flat, tf.range(0, 20)]), [0], [11])];
    };
    const session = await createSession(await trace(fn, [{ name: 'x0', shape: ['batch', 1] }]));
    for (const batch of [3, 11]) {
      const x = values([batch, 1]);
      const [outputs, expected] = [await runSession(session, [x]), await runEager(fn, [x])];
      expect(outputs.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
      expect(largestError(outputs[1]?.values ?? [], expected[1]?.values ?? [])).toBe(0);
    }
    await session.release();
  });

  it('distinguishes reshape targets with equal numbers', async () => {
    // The number of columns, 11, equals the batch of the first trace.
    const fn = (x: tf.Tensor): tf.Tensor[] => {
      const [batch = 0] = x.shape;
      return [tf.reshape(tf.exp(x), [batch, 11]), tf.reshape(tf.relu(x), [11, batch])];
    };
    const session = await createSession(await trace(fn, [{ name: 'x0', shape: ['batch', 11, 1] }]));
    const x = values([3, 11, 1]);
    const [outputs, expected] = [await runSession(session, [x]), await runEager(fn, [x])];
    expect(outputs.map(({ shape }) => shape)).toEqual([
      [3, 11],
      [11, 3],
    ]);
    outputs.forEach((output, i) => {
      expect(largestError(output.values, expected[i]?.values ?? [])).toBeLessThan(LIBM);
    });
    await session.release();
  });

  /** Expects the outputs at several sizes of the named dimension to equal those of tfjs. */
  async function expectSame(
    fn: (x: tf.Tensor) => tf.Tensor | tf.Tensor[],
    shape: readonly (string | number)[],
    tolerance: number,
  ): Promise<void> {
    const session = await createSession(await trace(fn, [{ name: 'x0', shape: [...shape] }]));
    for (const size of [1, 2, 5, 11, 23]) {
      const x = values(
        shape.map((axis) => (typeof axis === 'string' ? size : axis)),
        size,
      );
      const [outputs, expected] = [await runSession(session, [x]), await runEager(fn, [x])];
      expect(outputs.map((output) => output.shape)).toEqual(expected.map((output) => output.shape));
      outputs.forEach((output, i) => {
        expect(largestError(output.values, expected[i]?.values ?? [])).toBeLessThanOrEqual(tolerance);
      });
    }
    await session.release();
  }

  it('computes sizes that depend on the batch from the shape of an input', async () => {
    const fn = (x: tf.Tensor): tf.Tensor[] => {
      const [batch = 0] = x.shape;
      return [
        tf.zeros([batch, 4]),
        tf.concat([x, tf.fill([3 * batch, 4], 7)]),
        tf.tile(tf.tensor2d([[1, 2, 3]]), [batch, 2]),
        tf.tile(x, [2, 1]),
        tf.broadcastTo(tf.range(0, 4), [batch, 4]),
        tf.reshape(tf.outerProduct(tf.sum(x, 1) as tf.Tensor1D, tf.sum(x, 1) as tf.Tensor1D), [
          batch,
          1,
          batch,
        ]),
      ];
    };
    // Each result is a sum of four values.
    await expectSame(fn, ['batch', 4], 1e-6);
    // The named dimension may also be the second axis.
    await expectSame((x) => tf.concat([x, tf.ones([2, x.shape[1] as number])], 0), [3, 'words'], 0);
  });

  it('makes one graph for recurrent cells that start with zeros', async () => {
    const [units, steps, features] = [3, 4, 2];
    const kernel = tf.tensor2d(
      [...values([units + features, 4 * units]).values],
      [units + features, 4 * units],
    );
    const bias = tf.fill([4 * units], 0.1) as tf.Tensor1D;
    const lstm = (x: tf.Tensor): tf.Tensor[] => {
      let [c, h] = [tf.zeros([x.shape[0] as number, units]), tf.zeros([x.shape[0] as number, units])];
      for (const word of tf.unstack(x, 1)) {
        [c, h] = tf.basicLSTMCell(1, kernel, bias, word as tf.Tensor2D, c as tf.Tensor2D, h as tf.Tensor2D);
      }
      return [c, h];
    };
    await expectSame(lstm, ['batch', steps, features], 1e-5);
    const gru = (x: tf.Tensor): tf.Tensor => {
      let h: tf.Tensor = tf.zeros([x.shape[0] as number, units]);
      for (const word of tf.unstack(x, 1)) {
        const gates = tf.add(tf.matMul(tf.concat([word, h], 1), kernel), bias);
        const [z, r, n] = tf.split(gates, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
        const update = tf.sigmoid(z);
        h = tf.add(
          tf.mul(update, h),
          tf.mul(tf.sub(1, update), tf.tanh(tf.add(n, tf.mul(tf.sigmoid(r), h)))),
        );
      }
      return h;
    };
    await expectSame(gru, ['batch', steps, features], 1e-5);
    tf.dispose([kernel, bias]);
  });

  it('reports inexpressible dependencies with their op and kernel', async () => {
    await expectRefused((x) => tf.div(x, x.shape[0] as number), 'Div', 'RealDiv', 'changes with batch');
    await expectRefused((x) => tf.slice(x, [(x.shape[0] as number) - 1, 0], [1, 4]), 'Slice');
    await expectRefused((x) => tf.zeros([(x.shape[0] as number) + 1, 4]), 'Expand');
  });

  it('reports numbers that depend on a remainder of the size', async () => {
    // Padding differs between images of even and of odd height.
    const halve = (x: tf.Tensor): tf.Tensor => tf.conv2d(image(x), tf.ones([3, 3, 2, 2]), 2, 'same');
    await expectRefusedOver([1, 'height', 6, 2], halve, 'Conv', 'an attribute of Conv');
    const thirds = (x: tf.Tensor): tf.Tensor => tf.conv2d(image(x), tf.ones([5, 5, 2, 2]), 3, 'same');
    await expectRefusedOver([1, 'height', 6, 2], thirds, 'Conv', 'an attribute of Conv');
  });

  // The layouts are rows of pixels, rows of channels, and a layout that differs between 11 and 18 rows. None of them works
  // for all heights.
  it.each([
    ['stride 2', 4, 2],
    ['stride 1', 4, 1],
    ['stride 1, 256 pixels or more only at the larger height', 16, 1],
  ])(
    'refuses a filter gradient over images of any height, and reports the dimension: %s',
    async (_, width, stride) => {
      const gradient = (x: tf.Tensor): tf.Tensor =>
        tf.grad((w: tf.Tensor) =>
          tf.sum(tf.square(tf.conv2d(image(x), image(w), stride, stride === 1 ? 'same' : 'valid'))),
        )(tf.ones([3, 3, 2, 2]));
      await expectRefusedOver(
        [2, 'height', width, 2],
        gradient,
        'Conv2DBackpropFilter',
        'at every height',
        'Give the dimension height a number',
      );
    },
  );

  it('reports functions that run different ops at different batch sizes', async () => {
    await expectRefused(
      (x) => (x.shape[0] === 11 ? tf.exp(x) : tf.exp(tf.exp(x))),
      'ops at batch 11',
      'at batch 18',
    );
    await expectRefused((x) => (x.shape[0] === 11 ? tf.exp(x) : tf.log(x)), 'Exp', 'Log');
    await expectRefused(
      (x) => {
        const [a, b] = [tf.exp(x), tf.log(x)];
        return x.shape[0] === 11 ? tf.sub(a, b) : tf.sub(b, a);
      },
      'Sub',
      'the source of input 0',
    );
  });
});
