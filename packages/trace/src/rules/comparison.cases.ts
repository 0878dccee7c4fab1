import * as tf from '@tensorflow/tfjs-core';
import type { RuleCase, RuleCases } from '../../../../tests/support/rule-cases.ts';
import { bool, float32, values } from '../../../../tests/support/trace-and-run.ts';
import {
  atSpecial,
  broadcast,
  flags,
  lazy,
  mixedLayouts,
  ofIntegers,
  type Pair,
  THREE,
  whole,
} from './operand-pairs.cases.ts';

const equalSometimes = [float32([2, 3], [1, 2, 3, -1, 0, 5]), float32([3], [1, 0, 3])] as const;

const compared = (run: Pair): RuleCase[] => [
  ...broadcast(run),
  ...lazy(run),
  atSpecial(run),
  ofIntegers(run),
  { what: 'equal values', run, inputs: equalSometimes },
  { what: 'booleans', run, inputs: [bool([4], [0, 0, 1, 1]), bool([4], [0, 1, 0, 1])] },
  ...mixedLayouts((a, b) => run(tf.round(a), tf.round(b))),
];

const logical = (run: Pair): RuleCase[] => [
  ...broadcast(run, flags),
  { what: 'the truth table', run, inputs: [bool([4], [0, 0, 1, 1]), bool([4], [0, 1, 0, 1])] },
];

/** Comparisons, logic, and selection by a condition. */
export const comparisonCases: RuleCases = {
  Greater: compared(tf.greater),
  GreaterEqual: compared(tf.greaterEqual),
  Less: compared(tf.less),
  LessEqual: compared(tf.lessEqual),
  Equal: compared(tf.equal),
  NotEqual: compared(tf.notEqual),
  LogicalAnd: logical(tf.logicalAnd as Pair),
  LogicalOr: logical(tf.logicalOr as Pair),
  Select: [
    {
      what: 'numbers or integers',
      run: tf.where as never,
      inputs: [flags([4]), values([4], 2), whole([4], 3)],
    },
    {
      what: 'booleans or integers',
      run: tf.where as never,
      inputs: [flags([4]), flags([4], 2), whole([4], 3)],
    },
    {
      what: 'equal shapes',
      run: tf.where as never,
      inputs: [flags([2, 3]), values([2, 3], 2), values([2, 3], 3)],
    },
    { what: 'broadcast', run: tf.where as never, inputs: [flags([2, 1]), values([3], 2), values([2, 3], 3)] },
    { what: 'integers', run: tf.where as never, inputs: [flags([4]), whole([4], 2), whole([4], 3)] },
    { what: 'booleans', run: tf.where as never, inputs: [flags([8]), flags([8], 2), flags([8], 3)] },
    {
      what: 'constants',
      run: (c: tf.Tensor) => tf.where(c, tf.zeros([2, 3]), tf.ones([2, 3])),
      inputs: [flags([2, 3])],
    },
    {
      what: 'channels first',
      run: (x: tf.Tensor) => {
        const y = tf.conv2d(x as tf.Tensor4D, tf.ones([1, 1, 3, 3]), 1, 'valid');
        return tf.where(tf.greater(y, 0), y, tf.zerosLike(y));
      },
      inputs: [values([2, 5, 4, 3])],
      tolerance: THREE,
    },
    {
      // tfjs's cpu backend repeats the first value of a row instead of selecting the row.
      what: 'a condition for each row',
      run: (condition: tf.Tensor, t: tf.Tensor, e: tf.Tensor) =>
        tf.engine().runKernel(tf.Select, { condition, t, e }),
      inputs: [
        bool([2], [1, 0]),
        float32([2, 3], [1, 2, 3, 4, 5, 6]),
        float32([2, 3], [-1, -2, -3, -4, -5, -6]),
      ],
      expected: [float32([2, 3], [1, 2, 3, -4, -5, -6])],
    },
  ],
};
