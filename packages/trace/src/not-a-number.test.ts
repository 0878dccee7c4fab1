import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { largestError, runEager, runTraced, type Values } from '../../../tests/support/trace-and-run.ts';

type Run = (x: tf.Tensor) => tf.Tensor;

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

const few: Values = {
  shape: [4, 4],
  dtype: 'float32',
  values: [nan, 1, -2, infinity, 3, nan, -infinity, 0.5, nan, nan, nan, nan, -0, 2, -1.5, 4],
};

const one: Values = { ...few, values: [nan, ...Array.from({ length: 15 }, (_, i) => i + 1)] };

/** Long rows, because ONNX Runtime compares whole vectors of values, and the remaining values one by one. */
const many = ((): Values => {
  let state = 7;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' LCG
    return state / 2 ** 32;
  };
  const pick = (): number => {
    const kind = next();
    if (kind < 0.1) return nan;
    if (kind < 0.2) return kind < 0.15 ? infinity : -infinity;
    return Math.fround(next() * 8 - 4);
  };
  return { shape: [8, 68], dtype: 'float32', values: Array.from({ length: 544 }, pick) };
})();

const image = (x: tf.Tensor): tf.Tensor4D =>
  tf.reshape(x, [1, x.shape[0] as number, x.shape[1] as number, 1]);
const slope =
  (run: Run): Run =>
  (x) =>
    tf.grad(run)(x);
const reversed: Run = (x) => tf.reverse(x, 1);
const bilinear =
  (height: number, width: number, align = false, half = false): Run =>
  (x) =>
    tf.image.resizeBilinear(image(x), [height, width], align, half);

/**
 * Functions that compare, select or mix values. Their results at NaN and infinity are part of their definition.
 */
const runs: Readonly<Record<string, Run>> = {
  'max of rows': (x) => tf.max(x, 1),
  'max of columns, kept': (x) => tf.max(x, 0, true),
  'max of all': (x) => tf.max(x),
  'min of rows': (x) => tf.min(x, 1),
  'min of columns': (x) => tf.min(x, 0),
  'slope of max': slope((x) => tf.max(x, 1)),
  'slope of min': slope((x) => tf.min(x, 0)),
  'argMax of rows': (x) => tf.argMax(x, 1),
  'argMax of columns': (x) => tf.argMax(x, 0),
  'argMin of rows': (x) => tf.argMin(x, 1),
  'argMin of columns': (x) => tf.argMin(x, 0),
  'maxPool of disjoint windows': (x) => tf.maxPool(image(x), 2, 2, 'valid'),
  'maxPool of overlapping windows': (x) => tf.maxPool(image(x), 3, 1, 'same'),
  'slope of maxPool': slope((x) => tf.maxPool(image(x), 2, 2, 'valid')),
  avgPool: (x) => tf.avgPool(image(x), 3, 1, 'same'),
  relu: tf.relu,
  'slope of relu': slope(tf.relu),
  relu6: tf.relu6,
  'slope of relu6': slope(tf.relu6),
  clipByValue: (x) => tf.clipByValue(x, -1, 1),
  'slope of clipByValue': slope((x) => tf.clipByValue(x, -1, 1)),
  elu: tf.elu,
  selu: tf.selu,
  leakyRelu: (x) => tf.leakyRelu(x, 0.1),
  prelu: (x) => tf.prelu(x, tf.scalar(0.1)),
  step: (x) => tf.step(x, 0.3),
  sign: tf.sign,
  maximum: (x) => tf.maximum(x, reversed(x)),
  'maximum with a number': (x) => tf.maximum(x, 0),
  'maximum with NaN': (x) => tf.maximum(nan, x),
  minimum: (x) => tf.minimum(x, reversed(x)),
  'minimum with a number': (x) => tf.minimum(x, 0),
  greater: (x) => tf.greater(x, reversed(x)),
  greaterEqual: (x) => tf.greaterEqual(x, x),
  less: (x) => tf.less(x, 0),
  lessEqual: (x) => tf.lessEqual(x, reversed(x)),
  equal: (x) => tf.equal(x, x),
  notEqual: (x) => tf.notEqual(x, x),
  where: (x) => tf.where(tf.isNaN(x), tf.zerosLike(x), x),
  cumsum: (x) => tf.cumsum(x, 1),
  'cumsum, exclusive and from the end': (x) => tf.cumsum(x, 0, true, true),
  'sum and mean': (x) => tf.add(tf.sum(x, 0), tf.mean(x, 0)),
  softmax: (x) => tf.softmax(x),
  logSumExp: (x) => tf.logSumExp(x, 1),
  'times 0': (x) => tf.mul(x, 0),
  'resizeBilinear to twice the size': bilinear(8, 8),
  'resizeBilinear to odd sizes': bilinear(3, 5),
  'resizeBilinear to the same size': bilinear(4, 4),
  'resizeBilinear with aligned corners': bilinear(7, 7, true),
  'resizeBilinear with half pixels': bilinear(8, 6, false, true),
};

async function expectSame(run: Run, x: Values): Promise<void> {
  const [expected] = await runEager(run as never, [x]);
  const [made] = (await runTraced(run as never, [x])).outputs;
  expect(made?.shape).toEqual(expected?.shape);
  // ONNX Runtime adds in a different order from tfjs, and uses a different library for exponentials. NaN and infinities
  // must be in the same places.
  expect(largestError(made?.values ?? [], expected?.values ?? [])).toBeLessThan(1e-5);
}

describe.each(Object.entries(runs))('%s', (_what, run) => {
  it.each([
    ['NaN, infinities and numbers', few],
    ['one NaN', one],
    ['long rows', many],
  ])('gives NaN and infinity in the same places as tfjs: %s', async (_which, x) => {
    await expectSame(run, x);
  });
});

describe('the slope of resizeBilinear', () => {
  it.each([
    ['a smaller image', [2, 2]],
    ['a larger image', [8, 8]],
    ['an image of the same size', [4, 4]],
  ] as const)('passes a NaN only to the pixels of %s that depend on it', async (_what, [height, width]) => {
    const dy: Values = { ...one, shape: [1, 4, 4, 1] };
    const run = (gradient: tf.Tensor): tf.Tensor =>
      tf.grad((x: tf.Tensor) => tf.image.resizeBilinear(x as tf.Tensor4D, [4, 4]))(
        tf.ones([1, height, width, 1]),
        gradient,
      );
    await expectSame(run, dy);
  });
});
