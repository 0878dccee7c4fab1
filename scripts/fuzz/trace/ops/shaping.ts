import * as tf from '@tensorflow/tfjs-core';
import { axesOf, isFloat, type MakeStep, over } from './make-step.ts';

export const SHAPING: readonly MakeStep[] = [
  over(isFloat, (random, value) => {
    if (value.shape.length > 4) return undefined;
    const axis = random.int(value.batched ? 1 : 0, value.shape.length);
    return { text: ([x]) => `expandDims(${x}, ${axis})`, run: ([x]) => tf.expandDims(x as tf.Tensor, axis) };
  }),
  over(isFloat, (random, value) => {
    const ones = axesOf(value).filter((axis) => value.shape[axis] === 1);
    if (ones.length === 0) return undefined;
    const axis = random.pick(ones);
    return { text: ([x]) => `squeeze(${x}, [${axis}])`, run: ([x]) => tf.squeeze(x as tf.Tensor, [axis]) };
  }),
  over(isFloat, (random, value) => {
    const rest = axesOf(value);
    const order = value.batched ? [0, ...random.shuffled(rest)] : random.shuffled(rest);
    return {
      text: ([x]) => `transpose(${x}, [${order}])`,
      run: ([x]) => tf.transpose(x as tf.Tensor, order),
    };
  }),
  over(
    ({ batched, shape, dtype }) => batched && shape.length > 1 && dtype === 'float32',
    (random, { shape }) => {
      const order = random.shuffled([...shape.keys()]);
      return {
        text: ([x]) => `transpose(${x}, [${order}])`,
        run: ([x]) => tf.transpose(x as tf.Tensor, order),
        batched: order[0] === 0,
      };
    },
  ),
  over(isFloat, (random, value) => {
    const sizes = axesOf(value).map((axis) => value.shape[axis] ?? 1);
    const count = sizes.reduce((product, size) => product * size, 1);
    const factors = [2, 3, 4].filter((factor) => count % factor === 0);
    const first = factors.length === 0 ? 1 : random.pick(factors);
    const shape = random.shuffled([first, count / first]);
    return {
      text: ([x]) => `reshape(${x}, [${value.batched ? 'batch, ' : ''}${shape}])`,
      run: ([x]) =>
        tf.reshape(x as tf.Tensor, [...(value.batched ? [(x as tf.Tensor).shape[0] ?? 0] : []), ...shape]),
    };
  }),
  over(
    ({ batched, shape, dtype }) => batched && shape.length > 1 && dtype === 'float32',
    (_, { shape }) => {
      const last = shape.at(-1) ?? 1;
      return {
        text: ([x]) => `reshape(${x}, [-1, ${last}])`,
        run: ([x]) => tf.reshape(x as tf.Tensor, [-1, last]),
        batched: shape.length === 2,
      };
    },
  ),
];
