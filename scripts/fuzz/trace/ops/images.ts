import { upsampleNearest } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import { isImage, type MakeStep, over } from './make-step.ts';

/** A filter with deterministic values. */
const filter = (shape: number[]): tf.Tensor => {
  const size = shape.reduce((product, one) => product * one, 1);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => Math.sin(i * 1.7) * 0.6),
    shape,
  );
};

const image = (x: tf.Tensor | undefined): tf.Tensor4D => x as tf.Tensor4D;

export const IMAGES: readonly MakeStep[] = [
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
  // Use only square images, because the gradient of tfjs on the CPU swaps height and width.
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
