import * as tf from '@tensorflow/tfjs-core';
import { isFloat, type MakeStep, over } from './make-step.ts';

type Reduce = (x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor;

const reduction = (name: string, run: Reduce): MakeStep =>
  over(isFloat, (random, value) => {
    const count = random.int(1, Math.max(1, value.shape.length));
    const axes = random.shuffled([...value.shape.keys()]).slice(0, count);
    const keepDims = random.chance(0.4);
    const batched = value.batched && !axes.includes(0);
    return {
      text: ([x]) => `${name}(${x}, [${axes}], ${keepDims})`,
      run: ([x]) => run(x as tf.Tensor, axes, keepDims),
      batched,
    };
  });

export const REDUCTIONS: readonly MakeStep[] = [
  reduction('sum', (x, axes, keep) => tf.sum(x, axes, keep)),
  reduction('mean', (x, axes, keep) => tf.mean(x, axes, keep)),
  reduction('max', (x, axes, keep) => tf.max(x, axes, keep)),
  reduction('min', (x, axes, keep) => tf.min(x, axes, keep)),
  reduction('logSumExp', (x, axes, keep) => tf.logSumExp(x, axes, keep)),
  over(isFloat, (random, value) => {
    if (value.shape.length === 0) return undefined;
    const axis = random.int(0, value.shape.length - 1);
    return {
      text: ([x]) => `cast(argMax(${x}, ${axis}), 'float32')`,
      run: ([x]) => tf.cast(tf.argMax(x as tf.Tensor, axis), 'float32'),
      batched: value.batched && axis > 0,
    };
  }),
];
