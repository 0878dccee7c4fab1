import { upsampleNearest } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import { type RuleCase, type RuleCases, SUMS } from '../../../../tests/support/rule-cases.ts';
import { int32, values } from '../../../../tests/support/trace-and-run.ts';
import { channelsFirst } from './image-layouts.cases.ts';

type Shape4 = [number, number, number, number];

const sizes: readonly (readonly [Shape4, [number, number]])[] = [
  [
    [2, 3, 5, 2],
    [6, 10],
  ],
  [
    [1, 4, 4, 3],
    [7, 3],
  ],
  [
    [1, 2, 3, 1],
    [2, 1],
  ],
  [
    [1, 1, 1, 2],
    [3, 4],
  ],
  [
    [2, 5, 4, 2],
    [5, 4],
  ],
];

/** Pairs (alignCorners, halfPixelCenters), without (true, true), which tfjs rejects. */
const samplings: readonly (readonly [boolean, boolean])[] = [
  [false, false],
  [true, false],
  [false, true],
];

const each = (
  ways: typeof samplings,
  make: (shape: Shape4, size: [number, number], align: boolean, half: boolean) => Omit<RuleCase, 'what'>,
): RuleCase[] =>
  ways.flatMap(([align, half]) =>
    sizes.map(([shape, size]) => ({
      what: `[${shape}] to [${size}]${align ? ', aligned' : ''}${half ? ', half pixels' : ''}`,
      ...make(shape, size, align, half),
    })),
  );

const bilinearGradient =
  (alignCorners: boolean) =>
  (images: tf.Tensor, dy: tf.Tensor): tf.Tensor =>
    tf.engine().runKernel(tf.ResizeBilinearGrad, { images, dy }, { alignCorners });

export const resizeCases: RuleCases = {
  IsonoiseUpsampleNearest: [
    { what: 'channels last', run: upsampleNearest, inputs: [values([2, 3, 5, 2])] },
    {
      what: 'channels first',
      run: (x: tf.Tensor) => upsampleNearest(channelsFirst(x)),
      inputs: [values([2, 3, 5, 2])],
    },
  ],
  IsonoiseUpsampleNearestGrad: [
    {
      what: 'channels last',
      run: (x: tf.Tensor, dy: tf.Tensor) =>
        tf.grad((y: tf.Tensor) => upsampleNearest(y as tf.Tensor4D))(x, dy),
      inputs: [values([2, 3, 5, 2]), values([2, 6, 10, 2], 2)],
      tolerance: SUMS,
    },
    {
      what: 'channels first',
      run: (x: tf.Tensor, dy: tf.Tensor) =>
        tf.grad((y: tf.Tensor) => upsampleNearest(channelsFirst(y)))(x, dy),
      inputs: [values([2, 3, 5, 2]), values([2, 6, 10, 2], 2)],
      tolerance: SUMS,
    },
  ],
  ResizeNearestNeighbor: [
    ...each(samplings, (shape, size, align, half) => ({
      run: (x: tf.Tensor4D) => tf.image.resizeNearestNeighbor(x, size, align, half),
      inputs: [values(shape)],
    })),
    {
      what: 'channels first',
      run: (x: tf.Tensor) => tf.image.resizeNearestNeighbor(channelsFirst(x), [7, 3]),
      inputs: [values([1, 4, 4, 3])],
    },
  ],
  ResizeBilinear: [
    ...each(samplings, (shape, size, align, half) => ({
      run: (x: tf.Tensor4D) => tf.image.resizeBilinear(x, size, align, half),
      inputs: [values(shape)],
      tolerance: SUMS,
    })),
    {
      what: 'channels first',
      run: (x: tf.Tensor) => tf.image.resizeBilinear(channelsFirst(x), [7, 3]),
      inputs: [values([1, 4, 4, 3])],
      tolerance: SUMS,
    },
    {
      what: 'integers',
      run: (x: tf.Tensor4D) => tf.image.resizeBilinear(x, [4, 2]),
      inputs: [int32([1, 2, 2, 1], [1, 2, 3, 4])],
      tolerance: SUMS,
    },
  ],
  // The gradient of tfjs's cpu backend ignores half pixels; gradients.test.ts checks half pixels by finite
  // differences.
  ResizeBilinearGrad: each(samplings.slice(0, 2), (shape, size, align) => ({
    run: bilinearGradient(align),
    // tfjs's cpu backend swaps height and width in the shape that it declares.
    reference: (images: tf.Tensor, dy: tf.Tensor) =>
      tf.reshape(bilinearGradient(align)(images, dy), images.shape),
    inputs: [values(shape), values([shape[0], ...size, shape[3]], 2)],
    tolerance: SUMS,
  })),
};
