import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { largestError, values } from '../../../../tests/support/trace-and-run.ts';
import { gradientTable } from './index.ts';

/** A function that runs one kernel, and the shapes of its operands. */
interface GradientCase {
  readonly kernel: string;
  readonly run: (...x: never[]) => tf.Tensor;
  readonly shapes: readonly (readonly number[])[];
  /** Moves operands to a region where the function is smooth and defined. */
  readonly place?: (x: number, which: number) => number;
  /**
   * Whether the function is linear in each operand. Differences over any step are then exact up to float32
   * rounding.
   */
  readonly linear?: boolean;
  /** Why the gradient of tfjs fails; if set, only central differences are compared. */
  readonly tfjsFails?: string;
}

const positive = (x: number): number => Math.abs(x) + 0.5;
/** Keeps values at least 0.2 away from 0, where functions have a kink. */
const awayFromZero = (x: number): number => x + (x >= 0 ? 0.2 : -0.2);

/** Keeps values of two operands at least 0.1 apart, so that a small step does not change their order. */
const apart = (x: number, which: number): number => Math.round(4 * x) / 4 + 0.1 * which;

type Unary = (x: tf.Tensor) => tf.Tensor;
const unary = (kernel: string, run: Unary, place?: (x: number, which: number) => number): GradientCase => ({
  kernel,
  run,
  shapes: [[2, 3]],
  ...(place ? { place } : {}),
});
const linearCase = (
  kernel: string,
  run: (...x: never[]) => tf.Tensor,
  ...shapes: (readonly number[])[]
): GradientCase => ({
  kernel,
  run,
  shapes,
  linear: true,
});

const pairs: readonly (readonly number[])[][] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [[1], [2, 3]],
  [
    [2, 1, 3],
    [4, 1],
  ],
];
const binary = (
  kernel: string,
  run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  place?: (x: number, which: number) => number,
): GradientCase[] => pairs.map((shapes) => ({ kernel, run, shapes, ...(place ? { place } : {}) }));

/** Marks gradients that throw in tfjs, because they do not sum over broadcast axes. */
const withoutBroadcast = (list: GradientCase[]): GradientCase[] =>
  list.map((one) =>
    one.shapes[0]?.join() === one.shapes[1]?.join() ? one : { ...one, tfjsFails: 'broadcast operands' },
  );

const cases: readonly GradientCase[] = [
  ...binary(tf.Add, tf.add),
  ...binary(tf.Sub, tf.sub),
  ...binary(tf.Multiply, tf.mul),
  ...binary(tf.RealDiv, tf.div, positive),
  ...withoutBroadcast(binary(tf.SquaredDifference, tf.squaredDifference)),
  ...withoutBroadcast(binary(tf.Maximum, tf.maximum, apart)),
  ...withoutBroadcast(binary(tf.Minimum, tf.minimum, apart)),
  unary(tf.Abs, tf.abs, awayFromZero),
  unary(tf.Cast, (x) => tf.cast(x, 'float32')),
  unary(tf.Cos, tf.cos),
  unary(tf.Erf, tf.erf),
  unary(tf.Exp, tf.exp),
  unary(tf.Identity, tf.clone),
  unary(tf.Log, tf.log, positive),
  unary(tf.LeakyRelu, (x) => tf.leakyRelu(x, 0.3), awayFromZero),
  unary(tf.Neg, tf.neg),
  unary(tf.Reciprocal, tf.reciprocal, positive),
  unary(tf.Relu, tf.relu, awayFromZero),
  unary(tf.Rsqrt, tf.rsqrt, positive),
  unary(tf.Sigmoid, tf.sigmoid),
  unary(tf.Sin, tf.sin),
  unary(tf.Softplus, tf.softplus),
  unary(tf.Sqrt, tf.sqrt, positive),
  unary(tf.Square, tf.square),
  unary(tf.Tanh, tf.tanh),
  unary(tf.Softmax, (x) => tf.softmax(x)),
  unary(tf.Sum, (x) => tf.sum(x)),
  unary(tf.Sum, (x) => tf.sum(x, 0)),
  unary(tf.Sum, (x) => tf.sum(x, [1], true)),
  unary(tf.Mean, (x) => tf.mean(x)),
  unary(tf.Mean, (x) => tf.mean(x, -1)),
  unary(tf.Mean, (x) => tf.mean(x, [0], true)),
  unary(tf.Max, (x) => tf.max(x)),
  unary(tf.Max, (x) => tf.max(x, 1)),
  unary(tf.Max, (x) => tf.max(x, [0], true)),
  ...[false, true].flatMap((ta) =>
    [false, true].map((tb) =>
      linearCase(
        tf.BatchMatMul,
        (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, ta, tb),
        ta ? [2, 4, 3] : [2, 3, 4],
        tb ? [2, 2, 4] : [2, 4, 2],
      ),
    ),
  ),
  ...withoutBroadcast([
    linearCase(tf.BatchMatMul, (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b), [2, 3, 4], [4, 2]),
    linearCase(tf.BatchMatMul, (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, true), [1, 4, 3], [2, 4, 2]),
  ]),
  linearCase(
    tf.Conv2D,
    (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, 1, 'same'),
    [1, 4, 5, 2],
    [3, 3, 2, 2],
  ),
  linearCase(
    tf.Conv2D,
    (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, 2, 'valid'),
    [1, 5, 6, 2],
    [2, 3, 2, 2],
  ),
  {
    ...linearCase(
      tf.Conv2D,
      (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, 2, 0, 'NHWC', 1, 'ceil'),
      [1, 6, 6, 1],
      [3, 3, 1, 1],
    ),
    tfjsFails: 'dimRoundingMode is lost',
  },
  linearCase(
    tf.DepthwiseConv2dNative,
    (x: tf.Tensor4D, w: tf.Tensor4D) => tf.depthwiseConv2d(x, w, 1, 'same'),
    [1, 4, 5, 2],
    [3, 3, 2, 2],
  ),
  linearCase(
    tf.DepthwiseConv2dNative,
    (x: tf.Tensor4D, w: tf.Tensor4D) => tf.depthwiseConv2d(x, w, 2, 'valid'),
    [1, 5, 6, 2],
    [2, 3, 2, 1],
  ),
  linearCase(tf.AvgPool, (x: tf.Tensor4D) => tf.avgPool(x, 2, 2, 'valid'), [1, 4, 6, 2]),
  linearCase(tf.AvgPool, (x: tf.Tensor4D) => tf.avgPool(x, 3, 1, 'valid'), [1, 4, 5, 2]),
  { kernel: tf.MaxPool, run: (x: tf.Tensor4D) => tf.maxPool(x, 2, 2, 'valid'), shapes: [[1, 4, 6, 2]] },
  linearCase(tf.ResizeBilinear, (x: tf.Tensor4D) => tf.image.resizeBilinear(x, [6, 6], true), [1, 3, 3, 2]),
  linearCase(tf.Reshape, (x: tf.Tensor) => tf.reshape(x, [3, 4]), [2, 6]),
  linearCase(tf.ExpandDims, (x: tf.Tensor) => tf.expandDims(x, 1), [2, 6]),
  linearCase(tf.Transpose, (x: tf.Tensor) => tf.transpose(x, [2, 0, 1]), [2, 3, 4]),
  linearCase(tf.Transpose, (x: tf.Tensor) => tf.transpose(x), [2, 3]),
  linearCase(tf.Slice, (x: tf.Tensor) => tf.slice(x, [0, 1], [2, -1]), [2, 4]),
  linearCase(
    tf.PadV2,
    (x: tf.Tensor) =>
      tf.pad(
        x,
        [
          [1, 0],
          [2, 3],
        ],
        7,
      ),
    [2, 4],
  ),
  linearCase(tf.Tile, (x: tf.Tensor) => tf.tile(x, [2, 3]), [2, 2]),
  linearCase(tf.Concat, (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], 1), [2, 2], [2, 3]),
  linearCase(tf.Concat, (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], -1), [2, 2], [2, 1]),
  linearCase(tf.SplitV, (x: tf.Tensor) => tf.mul(...(tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor])), [2, 4]),
  linearCase(tf.SplitV, (x: tf.Tensor) => tf.split(x, [1, 2, 1], -1)[1] as tf.Tensor, [2, 4]),
  linearCase(tf.GatherV2, (x: tf.Tensor) => tf.gather(x, tf.tensor1d([2, 0, 2, 1], 'int32')), [3, 2]),
  linearCase(
    tf.GatherV2,
    (x: tf.Tensor) =>
      tf.gather(
        x,
        tf.tensor2d(
          [
            [2, 0],
            [2, 1],
          ],
          [2, 2],
          'int32',
        ),
      ),
    [3, 2],
  ),
  linearCase(
    tf.Select,
    (a: tf.Tensor, b: tf.Tensor) => tf.where(tf.tensor2d([1, 0, 1, 1, 0, 0], [2, 3], 'bool'), a, b),
    [2, 3],
    [2, 3],
  ),
  linearCase(tf.Pack, (a: tf.Tensor, b: tf.Tensor) => tf.stack([a, b], 1), [2, 3], [2, 3]),
  { kernel: tf.ClipByValue, run: (x: tf.Tensor) => tf.clipByValue(x, -1, 1), shapes: [[2, 3]] },
];

const official = new Map<string, tf.GradConfig>();

/** Replaces the registered gradients of the given kernels. */
function use(configs: Iterable<tf.GradConfig>): void {
  for (const config of configs) {
    if (tf.getGradient(config.kernelName) !== undefined) tf.unregisterGradient(config.kernelName);
    tf.registerGradient(config);
  }
}

const ours = gradientTable.filter(({ kernelName }) => !kernelName.startsWith('Isonoise'));

beforeAll(async () => {
  await tf.setBackend('cpu');
  for (const { kernelName } of ours) {
    const config = tf.getGradient(kernelName);
    if (config !== undefined) official.set(kernelName, config);
  }
});

function gradients({ run, shapes, place = (x) => x }: GradientCase): {
  values: number[][];
  dy: number[];
  operands: number[][];
} {
  const operands = shapes.map((shape, i) => values(shape, i + 1).values.map((x) => Math.fround(place(x, i))));
  const tensors = shapes.map((shape, i) => tf.tensor(operands[i] ?? [], [...shape]));
  const plain = run as (...x: tf.Tensor[]) => tf.Tensor;
  const dy = values(plain(...tensors).shape, 9);
  const grads = tf.grads(plain)(tensors, tf.tensor([...dy.values], [...dy.shape]));
  return { values: grads.map((grad) => Array.from(grad.dataSync())), dy: [...dy.values], operands };
}

/**
 * Computes central differences of Σ dy·f. If f is not linear, Richardson extrapolation reduces the error to order h⁴.
 */
function differences({ run, shapes, linear }: GradientCase, operands: number[][], dy: number[]): number[][] {
  const plain = run as (...x: tf.Tensor[]) => tf.Tensor;
  const loss = (which: number, place: number, step: number): number =>
    tf.tidy(() => {
      const moved = operands.map((list, i) =>
        list.map((x, j) => (i === which && j === place ? Math.fround(x + step) : x)),
      );
      const y = plain(...moved.map((list, i) => tf.tensor(list, [...(shapes[i] ?? [])]))).dataSync();
      return Array.from(y).reduce((sum, value, i) => sum + value * (dy[i] ?? 0), 0);
    });
  return operands.map((list, i) =>
    list.map((x, j) => {
      const central = (h: number): number => {
        const width = Math.fround(x + h) - Math.fround(x - h);
        return (loss(i, j, h) - loss(i, j, -h)) / width;
      };
      if (linear) return central(1);
      return (4 * central(0.02) - central(0.04)) / 3;
    }),
  );
}

describe('gradient table', () => {
  it('has a case for every kernel', () => {
    expect(
      ours
        .map(({ kernelName }) => kernelName)
        .filter((kernel) => !cases.some((one) => one.kernel === kernel)),
    ).toEqual([]);
  });

  it.each(cases.map((one) => [`${one.kernel} [${one.shapes.join('] [')}]`, one] as const))(
    'equals the gradient of tfjs and central differences for %s',
    (_name, one) => {
      tf.tidy(() => {
        use(official.values());
        const theirs = one.tfjsFails === undefined ? gradients(one) : undefined;
        use(ours);
        const mine = gradients(one);
        theirs?.values.forEach((theirGrad, i) => {
          // The same products summed in a different order differ by a few units in the last place.
          expect(largestError(mine.values[i] ?? [], theirGrad)).toBeLessThan(1e-5);
        });
        // float32 rounds f by 6e-8. A step of 0.02, and a sum over a few values, magnify this error to 1e-5.
        const tolerance = one.linear ? 1e-5 : 2e-4;
        differences(one, mine.operands, mine.dy).forEach((grad, i) => {
          expect(largestError(mine.values[i] ?? [], grad)).toBeLessThan(tolerance);
        });
      });
    },
  );
});
