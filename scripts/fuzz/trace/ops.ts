import { silu, upsampleNearest } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import type { FuzzRandom } from '../random.ts';
import type { KnownValue, Step } from './program.ts';

/** Makes a step over known values; undefined if none suits the op. */
type MakeStep = (random: FuzzRandom, known: readonly KnownValue[]) => Step | undefined;

type Test = (value: KnownValue) => boolean;

const isFloat: Test = ({ dtype }) => dtype === 'float32';
const isImage: Test = ({ shape, dtype }) => shape.length === 4 && dtype === 'float32';

/** Picks the index of a value that passes the test, mostly one of the newest; undefined if none passes. */
function place(random: FuzzRandom, known: readonly KnownValue[], test: Test): number | undefined {
  const places = [...known.keys()].filter((i) => test(known[i] as KnownValue));
  if (places.length === 0) return undefined;
  return random.pick(random.chance(0.7) ? places.slice(-2) : places);
}

/** Axes of a value except the named one. */
const axesOf = ({ shape, batched }: KnownValue): number[] => [...shape.keys()].slice(batched ? 1 : 0);

/** Makes a step over one value; `make` chooses the op from what is known of the value. */
const over =
  (
    test: Test,
    make: (random: FuzzRandom, value: KnownValue) => Omit<Step, 'operands'> | undefined,
  ): MakeStep =>
  (random, known) => {
    const at = place(random, known, test);
    if (at === undefined) return undefined;
    const step = make(random, known[at] as KnownValue);
    return step && { ...step, operands: [at] };
  };

type Unary = (x: tf.Tensor) => tf.Tensor;

const unary = (text: string, run: Unary): MakeStep =>
  over(isFloat, () => ({
    text: ([x]) => text.replaceAll('$', x ?? ''),
    run: ([x]) => run(x as tf.Tensor),
  }));

const positive: Unary = (x) => tf.add(tf.abs(x), 0.5);

/** Moves values off whole numbers, where rounding errors would decide the result of floor, ceil and round. */
const offWhole: Unary = (x) => tf.add(x, 0.3137);

const UNARY: readonly MakeStep[] = [
  unary('abs($)', tf.abs),
  unary('neg($)', tf.neg),
  unary('square($)', tf.square),
  unary('relu($)', tf.relu),
  unary('relu6($)', tf.relu6),
  unary('elu($)', tf.elu),
  unary('selu($)', tf.selu),
  unary('leakyRelu($, 0.3)', (x) => tf.leakyRelu(x, 0.3)),
  unary('sigmoid($)', tf.sigmoid),
  unary('tanh($)', tf.tanh),
  unary('exp($)', tf.exp),
  unary('expm1($)', tf.expm1),
  unary('log(abs($) + 0.5)', (x) => tf.log(positive(x))),
  unary('log1p(abs($) + 0.5)', (x) => tf.log1p(positive(x))),
  unary('sqrt(abs($) + 0.5)', (x) => tf.sqrt(positive(x))),
  unary('rsqrt(abs($) + 0.5)', (x) => tf.rsqrt(positive(x))),
  unary('reciprocal(abs($) + 0.5)', (x) => tf.reciprocal(positive(x))),
  unary('sin($)', tf.sin),
  unary('cos($)', tf.cos),
  unary('atan($)', tf.atan),
  unary('asinh($)', tf.asinh),
  unary('erf($)', tf.erf),
  unary('softplus($)', tf.softplus),
  unary('silu($)', silu),
  unary('floor($ + 0.3137)', (x) => tf.floor(offWhole(x))),
  unary('ceil($ + 0.3137)', (x) => tf.ceil(offWhole(x))),
  unary('round($ + 0.3137)', (x) => tf.round(offWhole(x))),
  unary('sign($)', tf.sign),
  unary('step($)', (x) => tf.step(x)),
  unary('clipByValue($, -0.5, 0.7)', (x) => tf.clipByValue(x, -0.5, 0.7)),
  unary('zerosLike($)', tf.zerosLike),
  unary('onesLike($)', tf.onesLike),
  unary("cast(cast($ + 0.3137, 'int32'), 'float32')", (x) =>
    tf.cast(tf.cast(offWhole(x), 'int32'), 'float32'),
  ),
  unary("cast($ > 0, 'float32')", (x) => tf.cast(tf.greater(x, 0), 'float32')),
];

const binary = (text: string, run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): MakeStep => {
  return (random, known) => {
    const [a, b] = [place(random, known, isFloat), place(random, known, isFloat)];
    if (a === undefined || b === undefined) return undefined;
    return {
      text: ([x, y]) => text.replaceAll('$a', x ?? '').replaceAll('$b', y ?? ''),
      operands: random.shuffled([a, b]),
      run: ([x, y]) => run(x as tf.Tensor, y as tf.Tensor),
      batched: aligned(known[a] as KnownValue, known[b] as KnownValue),
    };
  };
};

/** Whether the result of broadcasting begins with the named dimension. */
function aligned(a: KnownValue, b: KnownValue): boolean {
  const rank = Math.max(a.shape.length, b.shape.length);
  return [a, b].some(({ batched, shape }) => batched && shape.length === rank);
}

const BINARY: readonly MakeStep[] = [
  binary('$a + $b', tf.add),
  binary('$a - $b', tf.sub),
  binary('$a * $b', tf.mul),
  binary('$a / (abs($b) + 0.5)', (a, b) => tf.div(a, positive(b))),
  binary('maximum($a, $b)', tf.maximum),
  binary('minimum($a, $b)', tf.minimum),
  binary('squaredDifference($a, $b)', tf.squaredDifference),
  binary('pow(abs($a) + 0.5, $b)', (a, b) => tf.pow(positive(a), b)),
  binary('mod($a, abs($b) + 0.5)', (a, b) => tf.mod(a, positive(b))),
  binary('where($a > $b, $a, sin($b))', (a, b) => tf.where(tf.greater(a, b), a, tf.sin(b))),
  binary('prelu($a, $b)', tf.prelu),
  binary('matMul($a, $b)', tf.matMul as (a: tf.Tensor, b: tf.Tensor) => tf.Tensor),
  binary('stack([$a, $b], -1)', (a, b) => tf.stack([a, b], -1)),
  binary('concat([$a, $b], -1)', (a, b) => tf.concat([a, b], -1)),
];

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

const REDUCTIONS: readonly MakeStep[] = [
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

/** Makes a step along an axis that is not the named one. */
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

const AXES: readonly MakeStep[] = [
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

const SHAPING: readonly MakeStep[] = [
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

/** A filter with deterministic values. */
const filter = (shape: number[]): tf.Tensor => {
  const size = shape.reduce((product, one) => product * one, 1);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => Math.sin(i * 1.7) * 0.6),
    shape,
  );
};

const image = (x: tf.Tensor | undefined): tf.Tensor4D => x as tf.Tensor4D;

const IMAGES: readonly MakeStep[] = [
  over(isImage, (random, { shape }) => {
    const [kernel, stride, out] = [random.int(1, 3), random.int(1, 2), random.int(1, 4)];
    const padding = random.pick(['same', 'valid'] as const);
    const sizes: [number, number, number, number] = [kernel, kernel, shape[3] ?? 1, out];
    return {
      text: ([x]) => `conv2d(${x}, filter [${sizes}], ${stride}, '${padding}')`,
      run: ([x]) => tf.conv2d(image(x), filter(sizes) as tf.Tensor4D, stride, padding),
    };
  }),
  over(isImage, (random, { shape }) => {
    const [kernel, stride, times] = [random.int(1, 3), random.int(1, 2), random.int(1, 2)];
    const padding = random.pick(['same', 'valid'] as const);
    const sizes: [number, number, number, number] = [kernel, kernel, shape[3] ?? 1, times];
    return {
      text: ([x]) => `depthwiseConv2d(${x}, filter [${sizes}], ${stride}, '${padding}')`,
      run: ([x]) => tf.depthwiseConv2d(image(x), filter(sizes) as tf.Tensor4D, stride, padding),
    };
  }),
  over(isImage, (random) => {
    const [size, stride] = [random.int(1, 3), random.int(1, 2)];
    const padding = random.pick(['same', 'valid'] as const);
    return {
      text: ([x]) => `maxPool(${x}, ${size}, ${stride}, '${padding}')`,
      run: ([x]) => tf.maxPool(image(x), size, stride, padding),
    };
  }),
  over(isImage, (random) => {
    const [size, stride] = [random.int(1, 3), random.int(1, 2)];
    return {
      text: ([x]) => `avgPool(${x}, ${size}, ${stride}, 'valid')`,
      run: ([x]) => tf.avgPool(image(x), size, stride, 'valid'),
    };
  }),
  over(isImage, () => ({
    text: ([x]) => `upsampleNearest(${x})`,
    run: ([x]) => upsampleNearest(image(x)),
  })),
  over(isImage, (_, { shape }) => ({
    text: ([x]) => `resizeNearestNeighbor(${x}, twice)`,
    run: ([x]) => tf.image.resizeNearestNeighbor(image(x), [(shape[1] ?? 1) * 2, (shape[2] ?? 1) * 2]),
  })),
  // Only square images: the gradient of tfjs on the CPU swaps height and width.
  over(
    (value) => isImage(value) && value.shape[1] === value.shape[2],
    (random, { shape }) => {
      const [height, width] = [(shape[1] ?? 1) + random.int(0, 3), (shape[2] ?? 1) + random.int(0, 3)];
      const corners = random.chance(0.5);
      return {
        text: ([x]) => `resizeBilinear(${x}, [${height}, ${width}], ${corners})`,
        run: ([x]) => tf.image.resizeBilinear(image(x), [height, width], corners),
      };
    },
  ),
];

/** Every op that programs are made of; ops listed more often are picked more often. */
export const OPS: readonly MakeStep[] = [
  ...UNARY,
  ...BINARY,
  ...BINARY,
  ...REDUCTIONS,
  ...REDUCTIONS,
  ...AXES,
  ...SHAPING,
  ...SHAPING,
  ...IMAGES,
  ...IMAGES,
];
