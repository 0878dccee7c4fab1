import { IsonoiseError, isIsonoiseError } from '@isonoise/error';
import * as tf from '@tensorflow/tfjs-core';
import '../../../tests/support/trace-and-run.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { trace } from './index.ts';

type Call = (x: tf.Tensor) => tf.Tensor | tf.Tensor[];

const int = (...values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');
const image = (x: tf.Tensor): tf.Tensor4D => tf.reshape(x, [1, 2, 3, 1]);

/** Calls on a tensor [2, 3] that tfjs rejects. tfjs rejects many of them in a kernel, and a trace does not run kernels. */
const impossible: Readonly<Record<string, Call>> = {
  'a slice past the end': (x) => tf.slice(x, [0, 1], [2, 5]),
  'a slice that starts past the end': (x) => tf.slice(x, [2, 0], [1, 1]),
  'a slice that starts before the front': (x) => tf.slice(x, [-1, 1], [1, 1]),
  'a product of matrices that do not fit': (x) => tf.matMul(x, tf.ones([4, 2])),
  'a product of stacks of matrices that do not fit': (x) => tf.matMul(tf.stack([x]), tf.ones([1, 4, 2])),
  'a product of stacks of different heights': (x) => tf.matMul(tf.stack([x, x]), tf.ones([3, 3, 2])),
  'a concatenation of different numbers of rows': (x) => tf.concat([x, tf.ones([3, 2])], 1),
  'a concatenation with an empty tensor of a different width': (x) => tf.concat([x, tf.ones([0, 2])], 0),
  'a stack of different shapes': (x) => tf.stack([x, tf.ones([3, 2])]),
  'a stack of different types': (x) => tf.stack([x, tf.ones([2, 3], 'int32')]),
  'an index past the end': (x) => tf.gather(x, int(0, 3), 1),
  'an index before the front': (x) => tf.gather(x, int(0, -1), 1),
  'an index past the end in a matrix of indices': (x) =>
    tf.gather(x, tf.tensor2d([[0, 3]], [1, 2], 'int32'), 1),
  'equal indices past the end': (x) => tf.gather(x, tf.fill([2], 7, 'int32'), 1),
  'a reshape to a different number of values': (x) => tf.reshape(x, [4, 2]),
  'a reshape that does not divide': (x) => tf.reshape(x, [4, -1]),
  'an axis inserted past the rank': (x) => tf.expandDims(x, 5),
  'a negative number of tiles': (x) => tf.tile(x, [1, -1]),
  'tiles for a different rank': (x) => tf.tile(x, [2]),
  'a split into pieces of fractional size': (x) => tf.split(x, 2, 1),
  'a split whose pieces do not fill the axis': (x) => tf.split(x, [1, 1], 1),
  'a split with two unknown sizes': (x) => tf.split(x, [-1, -1, 1], 1),
  'a stride of 0': (x) => tf.stridedSlice(x, [0], [1], [0]),
  'a broadcast to a different size': (x) => tf.broadcastTo(x, [2, 4]),
  'a sum of shapes that do not broadcast': (x) => tf.add(x, tf.ones([2])),
  'a sum over a missing axis': (x) => tf.sum(x, 2),
  'an argMax along a missing axis': (x) => tf.argMax(x, 2),
  'a softmax along the first axis': (x) => tf.softmax(x, 0),
  'a reverse of a missing axis': (x) => tf.reverse(x, [2]),
  'an unstack of a missing axis': (x) => tf.unstack(x, 2),
  'a reflection wider than the tensor': (x) =>
    tf.mirrorPad(
      x,
      [
        [0, 0],
        [3, 0],
      ],
      'reflect',
    ),
  'a filter with different channels': (x) => tf.conv2d(image(x), tf.ones([1, 1, 2, 1]), 1, 'valid'),
  'a window larger than the image': (x) => tf.maxPool(image(x), 4, 1, 'valid'),
  'segments for a different number of rows': (x) => tf.unsortedSegmentSum(x, int(0, 1, 0), 2),
  'PReLU slopes of a different width': (x) => tf.prelu(x, tf.ones([4])),
  'an addN of different shapes': (x) => tf.addN([x, tf.ones([3])]),
  'a clip with swapped bounds': (x) => tf.clipByValue(x, 2, 1),
  'a linspace of length 0': () => tf.linspace(0, 1, 0),
  'a negative size': () => tf.zeros([-1]),
  'a bias of a different width': (x) =>
    tf.fused.matMul({ a: x as tf.Tensor2D, b: tf.ones([3, 2]), bias: tf.ones([5]) }),
};

/** Calls for which tfjs computes meaningless values. */
const nonsense: Readonly<Record<string, Call>> = {
  'negative padding': (x) =>
    tf.pad(x, [
      [0, 0],
      [-1, 0],
    ]),
  'a transpose that repeats an axis': (x) => tf.transpose(x, [0, 0]),
  'a reverse that repeats an axis': (x) => tf.reverse(x, [0, 0]),
  'a sum that repeats an axis': (x) => tf.sum(x, [0, 0]),
  'a running sum along a missing axis': (x) => tf.cumsum(x, 2),
  'a filter larger than the image': (x) => tf.conv2d(image(x), tf.ones([4, 4, 1, 1]), 1, 'valid'),
  'a filter one pixel wider than the image': (x) => tf.conv2d(image(x), tf.ones([1, 4, 1, 1]), 1, 'valid'),
  'a dilated filter that is wider than the image': (x) =>
    tf.depthwiseConv2d(image(x), tf.ones([1, 3, 1, 1]), 1, 'valid', 'NHWC', [1, 2]),
  'a window one pixel higher than the image': (x) => tf.avgPool(image(x), [3, 1], 1, 'valid'),
  'a window entirely in the padding': (x) => tf.maxPool(image(x), 1, 1, 1, 'floor'),
  'a window that rounding moves into the padding': (x) => tf.avgPool(image(x), 2, 2, 1, 'ceil'),
  'batchNorm means of a different width': (x) => tf.batchNorm(x as tf.Tensor2D, tf.ones([2]), tf.ones([2])),
  'a concatenation of booleans and numbers': (x) => tf.concat([tf.cast(x, 'bool'), x]),
};

/** Kinds of traced values that a call may start from: an input, a fill, constants. */
const starts: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  'an input': (x) => x,
  'a fill': () => tf.ones([2, 3]),
  constants: () => tf.tensor2d([1, -2, 3, 4, 5, -6], [2, 3]),
};

const traced = (call: Call, start: (x: tf.Tensor) => tf.Tensor): Promise<unknown> =>
  trace((input) => call(start(input)), [{ name: 'x', shape: [2, 3] }]).then(
    () => undefined,
    (error: unknown) => error,
  );

beforeEach(async () => {
  await tf.setBackend('cpu');
});

describe.each(Object.entries(starts))('a trace of %s refuses', (_from, start) => {
  it.each(Object.entries(impossible))('%s, as tfjs does', async (_what, call) => {
    expect(() => tf.tidy(() => call(start(tf.ones([2, 3]))))).toThrow();
    const error = await traced(call, start);
    // Either the op of tfjs throws, or the error names the kernel that throws in an ordinary run.
    expect(error).toBeInstanceOf(Error);
    if (isIsonoiseError(error)) expect(error.message).toMatch(/^trace: kernel \w+/);
    else expect((error as Error).constructor).toBe(Error);
  });

  it.each(Object.entries(nonsense))('%s, for which tfjs computes meaningless values', async (_what, call) => {
    const error = await traced(call, start);
    expect(error).toBeInstanceOf(IsonoiseError);
    expect((error as IsonoiseError).message).toMatch(/^trace: kernel \w+/);
  });
});

describe('the error for a wrong shape', () => {
  it.each<[string, Call, string]>([
    [
      'in a node states the kernel, the operator and the shapes',
      (x) => tf.matMul(x, tf.ones([4, 2])),
      'trace: kernel BatchMatMul (node Gemm over [2,3], [4,2]): a product of [2,3] and [4,2]; expected equal inner sizes',
    ],
    [
      'in a tfjs kernel states the kernel and quotes tfjs',
      (x) => tf.slice(x, [0, 1], [2, 5]),
      'trace: kernel Slice: Error in slice2D: begin[1] + size[1] (6) would overflow input.shape[1] (3)',
    ],
    [
      'in an index states the index and the size',
      (x) => tf.gather(x, int(0, 3), 1),
      'trace: kernel GatherV2: index 3 into a size of 3; expected 0 to 2',
    ],
    [
      'in a result states the shape',
      (x) => tf.tile(x, [1, -1]),
      'trace: kernel Tile: its result has shape [2,-3]; expected whole numbers ≥ 0',
    ],
  ])('%s', async (_what, call, message) => {
    const error = (await traced(call, (input) => input)) as IsonoiseError;
    expect(error.code).toBe('TRACE_SHAPE');
    expect(error.message).toContain(message);
  });
});
