import * as tf from '@tensorflow/tfjs-core';
import { type RuleCase, type RuleCases, SUMS } from '../../../../tests/support/rule-cases.ts';
import { int32, values } from '../../../../tests/support/trace-and-run.ts';

/** Shapes of two stacks of matrices before either is transposed: [stack], rows, inner, columns. */
const products: readonly (readonly [readonly number[], readonly number[], number, number, number])[] = [
  [[], [], 3, 5, 2],
  [[1], [1], 1, 4, 3],
  [[4], [4], 3, 5, 2],
  [[4], [1], 3, 5, 2],
  [[1], [4], 3, 5, 2],
  [[2, 3], [2, 3], 2, 4, 3],
  [[2, 3], [1, 1], 2, 4, 3],
];

const flip = (flipped: boolean, rows: number, columns: number): number[] =>
  flipped ? [columns, rows] : [rows, columns];

const everyWay = (): RuleCase[] =>
  products.flatMap(([a, b, rows, inner, columns]) =>
    [false, true].flatMap((transposeA) =>
      [false, true].map((transposeB): RuleCase => {
        const left = [...a, ...flip(transposeA, rows, inner)];
        const right = [...b, ...flip(transposeB, inner, columns)];
        return {
          what: `[${left}]${transposeA ? 'ᵀ' : ''} by [${right}]${transposeB ? 'ᵀ' : ''}`,
          run: (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y, transposeA, transposeB),
          inputs: [values(left, 1), values(right, 2)],
          tolerance: SUMS,
        };
      }),
    ),
  );

export const matMulCases: RuleCases = {
  BatchMatMul: [
    ...everyWay(),
    {
      // tfjs's cpu backend pairs matrices by index if both stacks are broadcast.
      what: 'two stacks that broadcast to each other',
      run: (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b),
      reference: (a: tf.Tensor, b: tf.Tensor) =>
        tf.matMul(tf.tile(a, [1, 3, 1, 1]), tf.tile(b, [2, 1, 1, 1])),
      inputs: [values([2, 1, 2, 4], 1), values([1, 3, 4, 3], 2)],
      tolerance: SUMS,
    },
    {
      what: 'transposed values',
      run: (a: tf.Tensor, b: tf.Tensor) => [
        tf.matMul(tf.transpose(a), b),
        tf.matMul(b, tf.transpose(a), true, true),
        tf.matMul(tf.transpose(a), tf.transpose(b), false, true),
      ],
      inputs: [values([5, 3]), values([5, 4], 2)],
      tolerance: SUMS,
    },
    {
      what: 'attention over a channels-first image',
      run: (x: tf.Tensor) => {
        const image = tf.conv2d(x as tf.Tensor4D, tf.ones([1, 1, 3, 4]), 1, 'same'); // [2, 3, 5, 4]
        const heads = tf.transpose(tf.reshape(image, [2, 15, 2, 2]), [0, 2, 1, 3]);
        const weights = tf.softmax(tf.matMul(heads, heads, false, true));
        return tf.reshape(tf.transpose(tf.matMul(weights, heads), [0, 2, 1, 3]), [2, 3, 5, 4]);
      },
      inputs: [values([2, 3, 5, 3])],
      tolerance: SUMS,
    },
    {
      what: 'integers',
      run: tf.matMul as never,
      inputs: [int32([2, 3], [1, 2, 3, 4, 5, -6]), int32([3, 2], [1, 0, -1, 7, 8, 9])],
    },
    {
      what: 'integers, transposed',
      run: (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, true, true),
      inputs: [int32([3, 2], [1, 2, 3, 4, 5, -6]), int32([2, 3], [1, 0, -1, 7, 8, 9])],
    },
    {
      what: 'with a bias',
      run: (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => tf.add(tf.matMul(a, b), c),
      inputs: [values([3, 4]), values([4, 5], 2), values([5], 3)],
      tolerance: SUMS,
    },
  ],
};
