import * as tf from '@tensorflow/tfjs-core';
import type { FuzzRandom } from '../../random.ts';
import type { KnownValue, Step } from '../program.ts';
import { axesOf, isFloat, type MakeStep, over } from './make-step.ts';

/** Makes a step along an axis other than the named dimension. */
const along = (
  make: (
    random: FuzzRandom,
    axis: number,
    size: number,
    value: KnownValue,
  ) => Omit<Step, 'operands'> | undefined,
): MakeStep =>
  over(isFloat, (random, value) => {
    const axes = axesOf(value);
    if (axes.length === 0) return undefined;
    const axis = random.pick(axes);
    return make(random, axis, value.shape[axis] ?? 1, value);
  });

/** Returns a list with `value` for one axis and `otherwise` for the others. */
const at = (
  shape: readonly number[],
  axis: number,
  value: number,
  otherwise: (size: number) => number,
): number[] => shape.map((size, i) => (i === axis ? value : otherwise(size)));

export const AXES: readonly MakeStep[] = [
  along((_, axis) => ({
    text: ([x]) => `softmax over ${axis} of ${x}`,
    run: ([x]) => {
      const rank = (x as tf.Tensor).rank;
      const last = [...Array(rank).keys()].filter((i) => i !== axis);
      const there = [...last, axis];
      const back = [...there.keys()].map((i) => there.indexOf(i));
      return tf.transpose(tf.softmax(tf.transpose(x as tf.Tensor, there)), back);
    },
  })),
  over(
    ({ shape, dtype }) => shape.length > 0 && dtype === 'float32',
    () => ({ text: ([x]) => `logSoftmax(${x})`, run: ([x]) => tf.logSoftmax(x as tf.Tensor) }),
  ),
  along((random, axis) => {
    const [exclusive, reverse] = [random.chance(0.5), random.chance(0.5)];
    return {
      text: ([x]) => `cumsum(${x}, ${axis}, ${exclusive}, ${reverse})`,
      run: ([x]) => tf.cumsum(x as tf.Tensor, axis, exclusive, reverse),
    };
  }),
  along((_, axis) => ({
    text: ([x]) => `reverse(${x}, ${axis})`,
    run: ([x]) => tf.reverse(x as tf.Tensor, axis),
  })),
  along((random, axis) => {
    const times = random.int(1, 3);
    return {
      text: ([x]) => `tile(${x}, ${times} along ${axis})`,
      run: ([x]) =>
        tf.tile(
          x as tf.Tensor,
          at((x as tf.Tensor).shape, axis, times, () => 1),
        ),
    };
  }),
  along((random, axis, size) => {
    const begin = random.int(0, size - 1);
    const length = random.int(1, size - begin + (random.chance(0.1) ? 1 : 0));
    return {
      text: ([x]) => `slice(${x}, ${begin}, ${length} along ${axis})`,
      run: ([x]) => {
        const { shape } = x as tf.Tensor;
        return tf.slice(
          x as tf.Tensor,
          at(shape, axis, begin, () => 0),
          at(shape, axis, length, (whole) => whole),
        );
      },
    };
  }),
  along((random, axis, size) => {
    const begin = random.int(0, size - 1);
    const stride = random.int(1, 2);
    return {
      text: ([x]) => `stridedSlice(${x}, ${begin} by ${stride} along ${axis})`,
      run: ([x]) => {
        const { shape } = x as tf.Tensor;
        return tf.stridedSlice(
          x as tf.Tensor,
          at(shape, axis, begin, () => 0),
          [...shape],
          at(shape, axis, stride, () => 1),
        );
      },
    };
  }),
  along((random, axis) => {
    const [before, after, value] = [random.int(0, 2), random.int(0, 2), random.int(-1, 1)];
    return {
      text: ([x]) => `pad(${x}, [${before}, ${after}] along ${axis}, ${value})`,
      run: ([x]) =>
        tf.pad(
          x as tf.Tensor,
          (x as tf.Tensor).shape.map((_, i): [number, number] => (i === axis ? [before, after] : [0, 0])),
          value,
        ),
    };
  }),
  along((random, axis, size) => {
    const indices = Array.from({ length: random.int(1, 4) }, () => random.int(0, size - 1));
    return {
      text: ([x]) => `gather(${x}, [${indices}], ${axis})`,
      run: ([x]) => tf.gather(x as tf.Tensor, tf.tensor1d(indices, 'int32'), axis),
    };
  }),
  along((random, axis, size) => {
    const index = random.int(0, size - 1);
    return {
      text: ([x]) => `unstack(${x}, ${axis})[${index}]`,
      run: ([x]) => tf.unstack(x as tf.Tensor, axis)[index] as tf.Tensor,
    };
  }),
  along((random, axis, size) => {
    if (size < 2) return undefined;
    const first = random.int(1, size - 1);
    const piece = random.int(0, 1);
    return {
      text: ([x]) => `split(${x}, [${first}, ${size - first}], ${axis})[${piece}]`,
      run: ([x]) => tf.split(x as tf.Tensor, [first, size - first], axis)[piece] as tf.Tensor,
    };
  }),
  along((random, axis) => {
    const twice = random.chance(0.5);
    return {
      text: ([x]) => `concat([${x}, ${twice ? x : `sin(${x})`}], ${axis})`,
      run: ([x]) => tf.concat([x as tf.Tensor, twice ? (x as tf.Tensor) : tf.sin(x as tf.Tensor)], axis),
    };
  }),
  along((_, axis, size) => ({
    text: ([x]) => `oneHot(argMax(${x}, ${axis}), ${size})`,
    run: ([x]) => tf.cast(tf.oneHot(tf.argMax(x as tf.Tensor, axis) as tf.Tensor1D, size), 'float32'),
  })),
];
