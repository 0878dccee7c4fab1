import { groupNorm, silu } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import { LIBM, type RuleCase, type RuleCases } from '../../../../tests/support/rule-cases.ts';
import { values } from '../../../../tests/support/trace-and-run.ts';
import { channelsFirst } from './image-layouts.cases.ts';

/** Tolerance for sums over a group of up to 70 values, which are divided by the deviation of the group, about 0.8. */
const NORM = 1e-5;

type Shape4 = readonly [number, number, number, number];

const images: readonly (readonly [Shape4, number])[] = [
  [[2, 3, 5, 4], 2],
  [[1, 1, 7, 6], 3],
  [[3, 4, 4, 8], 1],
  [[2, 3, 3, 4], 4],
];

const normOf =
  (groups: number, first: boolean) =>
  (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor4D =>
    groupNorm(
      first ? channelsFirst(x as tf.Tensor4D) : (x as tf.Tensor4D),
      gamma as tf.Tensor1D,
      beta as tf.Tensor1D,
      { groups, epsilon: 1e-5 },
    );

const cases = (make: (shape: Shape4, groups: number, first: boolean) => Omit<RuleCase, 'what'>): RuleCase[] =>
  images.flatMap(([shape, groups]) =>
    [false, true].map((first) => ({
      what: `[${shape}] in ${groups}${first ? ', channels first' : ''}`,
      ...make(shape, groups, first),
    })),
  );

/** The eager reference is the composition of stock ops, differentiated by tfjs. */
export const normCases: RuleCases = {
  IsonoiseGroupNorm: cases((shape, groups, first) => ({
    run: normOf(groups, first),
    inputs: [values(shape, 1), values([shape[3]], 2), values([shape[3]], 3)],
    tolerance: NORM,
  })),
  IsonoiseGroupNormGrad: cases((shape, groups, first) => ({
    run: (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, dy: tf.Tensor) =>
      tf.grads(normOf(groups, first) as never)([x, gamma, beta], dy),
    inputs: [values(shape, 1), values([shape[3]], 2), values([shape[3]], 3), values(shape, 4)],
    tolerance: NORM,
  })),
  IsonoiseSilu: [
    { what: 'values', run: silu, inputs: [values([3, 5])], tolerance: LIBM },
    {
      what: 'channels first',
      run: (x: tf.Tensor4D) => silu(channelsFirst(x)),
      inputs: [values([2, 3, 4, 2])],
      tolerance: LIBM,
    },
  ],
  IsonoiseSiluGrad: [
    {
      what: 'values',
      run: (x: tf.Tensor, dy: tf.Tensor) => tf.grad((y: tf.Tensor) => silu(y))(x, dy),
      inputs: [values([3, 5]), values([3, 5], 2)],
      tolerance: LIBM,
    },
    {
      what: 'channels first',
      run: (x: tf.Tensor, dy: tf.Tensor) =>
        tf.grad((y: tf.Tensor) => silu(channelsFirst(y as tf.Tensor4D)))(x, dy),
      inputs: [values([2, 3, 4, 2]), values([2, 3, 4, 2], 2)],
      tolerance: LIBM,
    },
  ],
};
