import { decodeModel } from '@isonoise/onnx';
import { trace } from '@isonoise/trace';
import { findChannelBlock, type SessionFactory } from '@isonoise/train';
import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession } from 'onnxruntime-node';
import * as web from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createSession,
  runSession,
  type TensorFunction,
  traceOver,
  type Values,
  values,
} from '../support/trace-and-run.ts';

const cpu: SessionFactory = (model) => InferenceSession.create(model, { executionProviders: ['cpu'] });

type Image = tf.Tensor4D;
type Padding = [[0, 0], [number, number], [number, number], [0, 0]];

/** Converts filters from the layout of the networks, `[out, in, kh, kw]`. */
const filterOf = (w: tf.Tensor): tf.Tensor4D => tf.transpose(w, [2, 3, 1, 0]) as tf.Tensor4D;
const conv = (x: tf.Tensor, w: tf.Tensor, stride = 1, pad: 'same' | 'valid' = 'same', dilation = 1): Image =>
  tf.conv2d(x as Image, filterOf(w), stride, pad, 'NHWC', dilation);
const grads = (run: (...x: tf.Tensor[]) => tf.Tensor, ...inputs: tf.Tensor[]): tf.Tensor[] =>
  tf.grads(run)(inputs);

const cases: Readonly<
  Record<string, { run: TensorFunction; inputs: readonly Values[]; convolutions: number }>
> = {
  'a bias': {
    run: (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) => tf.add(conv(x, w), b),
    inputs: [values([2, 5, 7, 16]), values([32, 16, 3, 3], 2), values([32], 3)],
    convolutions: 1,
  },
  'one convolution after another': {
    run: (x: tf.Tensor, w: tf.Tensor, v: tf.Tensor) => conv(conv(x, w), v),
    inputs: [values([1, 6, 6, 32]), values([16, 32, 3, 3], 2), values([48, 16, 1, 1], 3)],
    convolutions: 2,
  },
  'a result that is used twice': {
    run: (x: tf.Tensor, w: tf.Tensor) => {
      const y = conv(x, w);
      return [tf.relu(y), conv(y, w)];
    },
    inputs: [values([1, 4, 4, 16]), values([16, 16, 3, 3], 2)],
    convolutions: 2,
  },
  'strides, with padding on one side': {
    run: (x: tf.Tensor, w: tf.Tensor) => {
      const border: Padding = [
        [0, 0],
        [0, 1],
        [0, 1],
        [0, 0],
      ];
      return conv(tf.pad(x as Image, border), w, 2, 'valid');
    },
    inputs: [values([2, 8, 6, 16]), values([32, 16, 3, 3], 2)],
    convolutions: 1,
  },
  dilation: {
    run: (x: tf.Tensor, w: tf.Tensor) => conv(x, w, 1, 'same', 2),
    inputs: [values([1, 7, 9, 16]), values([16, 16, 3, 3], 2)],
    convolutions: 1,
  },
  'a kernel that is not square': {
    run: (x: tf.Tensor, w: tf.Tensor) => grads(conv as never, x, w),
    inputs: [values([1, 6, 5, 32]), values([16, 32, 2, 3], 2)],
    convolutions: 1,
  },
  'the gradients of two convolutions and a bias': {
    run: (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor, v: tf.Tensor) =>
      grads((x1, w1, b1, v1) => tf.square(conv(tf.relu(tf.add(conv(x1, w1), b1)), v1)), x, w, b, v),
    inputs: [values([2, 6, 5, 16]), values([32, 16, 3, 3], 2), values([32], 3), values([16, 32, 1, 1], 4)],
    // Two convolutions are in the forward pass, and two compute the gradients of their inputs.
    convolutions: 4,
  },
  'channels that fill no block': {
    run: (x: tf.Tensor, w: tf.Tensor, v: tf.Tensor) => conv(conv(x, w), v),
    inputs: [values([1, 4, 4, 12]), values([16, 12, 3, 3], 2), values([1, 16, 3, 3], 3)],
    convolutions: 0,
  },
};

/**
 * Returns the largest difference ÷ the largest value. Float32 sums of up to 500 products in different orders differ
 * by about 2⁻²⁴ of the products' size, even if the products cancel in the sum.
 */
function relativeError(found: readonly number[], expected: readonly number[]): number {
  expect(found).toHaveLength(expected.length);
  const differences = found.map((x, i) => Math.abs(x - (expected[i] ?? Number.NaN)));
  return Math.max(...differences) / Math.max(...expected.map(Math.abs));
}

describe('convolutions over blocks of channels', () => {
  let block: number | undefined;
  beforeAll(async () => {
    block = await findChannelBlock(cpu);
    if (process.arch === 'x64') expect([8, 16]).toContain(block);
    if (block === undefined)
      console.log(`blocks of channels: absent on ${process.arch}; graphs are traced but not run`);
  });

  it.each(Object.entries(cases))(
    'give the results of the standard Conv for %s',
    async (_, { run, inputs, convolutions }) => {
      const { bytes } = await traceOver(run, inputs, { channelBlock: block ?? 16 });
      const { graph, opsets } = decodeModel(bytes);
      const inBlocks = graph.nodes.filter(({ domain }) => domain === 'com.microsoft.nchwc');
      expect(inBlocks.filter(({ opType }) => opType === 'Conv')).toHaveLength(convolutions);
      expect(opsets).toHaveProperty(['com.microsoft.nchwc'], 1);
      if (block === undefined) return;

      const standard = await traceOver(run, inputs);
      const [session, reference] = [await createSession(bytes), await createSession(standard.bytes)];
      const [found, expected] = [await runSession(session, inputs), await runSession(reference, inputs)];
      await Promise.all([session.release(), reference.release()]);
      expect(found.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
      for (const [i, { values: list }] of found.entries()) {
        expect(relativeError(list, expected[i]?.values ?? [])).toBeLessThan(2e-6);
      }
    },
  );

  it('follow each other without a reordering between them', async () => {
    const { run, inputs } = cases['one convolution after another'] as (typeof cases)[string];
    const { bytes } = await traceOver(run, inputs, { channelBlock: 16 });
    const ops = decodeModel(bytes).graph.nodes.map(({ opType }) => opType);
    expect(ops.filter((op) => op === 'ReorderOutput')).toHaveLength(1);
  });

  it('work for any number of images', async () => {
    const filter = values([16, 16, 3, 3], 2);
    const bytes = await trace(
      (x, w) => conv(x as tf.Tensor, w as tf.Tensor),
      [
        { name: 'x0', shape: ['batch', 4, 4, 16] },
        { name: 'x1', shape: filter.shape },
      ],
      { channelBlock: block ?? 16 },
    );
    if (block === undefined) return;
    const session = await createSession(bytes);
    for (const count of [1, 3]) {
      const inputs = [values([count, 4, 4, 16]), filter];
      const [found] = await runSession(session, inputs);
      const standard = await createSession((await traceOver(conv as never, inputs)).bytes);
      const [expected] = await runSession(standard, inputs);
      expect(relativeError(found?.values ?? [], expected?.values ?? [])).toBeLessThan(2e-6);
      await standard.release();
    }
    await session.release();
  });
});

describe('findChannelBlock', () => {
  it('returns undefined for the WASM build of ONNX Runtime, which does not support blocks', async () => {
    const wasm: SessionFactory = (model) =>
      web.InferenceSession.create(model, { executionProviders: ['wasm'] });
    expect(await findChannelBlock(wasm)).toBeUndefined();
  });

  it('recognizes the reason inside an error that wraps it', async () => {
    const wrapped: SessionFactory = (model) =>
      web.InferenceSession.create(model, { executionProviders: ['wasm'] }).catch((cause: unknown) => {
        throw new Error('no session', { cause });
      });
    expect(await findChannelBlock(wrapped)).toBeUndefined();
  });

  it('releases its session if a run fails', async () => {
    let released = 0;
    const failing: SessionFactory = async (model) => {
      const session = await cpu(model);
      return Object.assign(session, {
        run: () => Promise.reject(new Error('out of memory')),
        release: async () => void released++,
      });
    };
    await expect(findChannelBlock(failing)).rejects.toThrow('out of memory');
    expect(released).toBe(1);
  });

  it('rethrows any other failure', async () => {
    const broken: SessionFactory = async () => {
      throw new Error('out of memory');
    };
    await expect(findChannelBlock(broken)).rejects.toThrow('out of memory');
  });
});
