import * as tf from '@tensorflow/tfjs-core';
import { type RuleCase, type RuleCases, SUMS } from '../../../../tests/support/rule-cases.ts';
import { float32, values } from '../../../../tests/support/trace-and-run.ts';

interface Window {
  readonly image: readonly [number, number, number, number];
  readonly size: number | [number, number];
  readonly stride: number | [number, number];
  readonly pad: 'same' | 'valid' | number;
  readonly round?: 'floor' | 'ceil' | 'round';
}

const apart: readonly Window[] = [
  { image: [2, 6, 8, 3], size: 2, stride: 2, pad: 'valid' },
  { image: [2, 7, 5, 3], size: 2, stride: 2, pad: 'valid' },
  { image: [1, 7, 9, 2], size: 2, stride: 3, pad: 'valid' },
  { image: [1, 9, 9, 2], size: 3, stride: 3, pad: 'valid' },
  { image: [1, 8, 6, 2], size: [2, 3], stride: [2, 3], pad: 'same' },
];

const windows: readonly Window[] = [
  ...apart,
  { image: [1, 7, 7, 2], size: 2, stride: 2, pad: 'same' },
  { image: [1, 6, 6, 2], size: 3, stride: 2, pad: 'same' },
  { image: [1, 5, 6, 2], size: 3, stride: 1, pad: 'same' },
  { image: [1, 5, 6, 2], size: 3, stride: 2, pad: 1, round: 'floor' },
  { image: [1, 6, 6, 2], size: 3, stride: 2, pad: 0, round: 'ceil' },
  { image: [1, 6, 6, 2], size: 3, stride: 2, pad: 1, round: 'round' },
  { image: [2, 4, 5, 3], size: [4, 5], stride: 1, pad: 'valid' },
];

const describeWindow = ({ image, size, stride, pad, round }: Window): string =>
  `[${image}], window ${size}, stride ${stride}, pad ${pad}${round ? `, ${round}` : ''}`;

const outShape = ({ image, size, stride, pad, round }: Window): number[] =>
  tf.backend_util.computePool2DInfo([...image], size, stride, 1, pad, round).outShape;

const attrsOf = ({ size, stride, pad, round }: Window): tf.NamedAttrMap => ({
  filterSize: size,
  strides: stride,
  pad,
  ...(round === undefined ? {} : { dimRoundingMode: round }),
});

const negative = (image: readonly number[]): ReturnType<typeof values> => {
  const made = values(image);
  return { ...made, values: made.values.map((x) => x - 2) };
};

/**
 * Computes dx of an average over the image pixels in each window. tfjs wrongly divides by the size of the window, which
 * includes padding.
 */
function averageGradient(window: Window, dy: readonly number[]): number[] {
  const [batch, height, width, channels] = window.image;
  const info = tf.backend_util.computePool2DInfo(
    [...window.image],
    window.size,
    window.stride,
    1,
    window.pad,
    window.round,
  );
  const dx = new Array<number>(batch * height * width * channels).fill(0);
  const inside = (start: number, length: number, size: number): number[] =>
    Array.from({ length }, (_, k) => start + k).filter((place) => place >= 0 && place < size);
  let at = 0;
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < info.outHeight; i++)
      for (let j = 0; j < info.outWidth; j++) {
        const rows = inside(i * info.strideHeight - info.padInfo.top, info.filterHeight, height);
        const columns = inside(j * info.strideWidth - info.padInfo.left, info.filterWidth, width);
        for (let c = 0; c < channels; c++, at++)
          for (const row of rows)
            for (const column of columns) {
              const place = ((b * height + row) * width + column) * channels + c;
              dx[place] = (dx[place] ?? 0) + (dy[at] ?? 0) / (rows.length * columns.length);
            }
      }
  return dx;
}

const each = (list: readonly Window[], make: (window: Window) => Omit<RuleCase, 'what'>): RuleCase[] =>
  list.map((window) => ({ what: describeWindow(window), ...make(window) }));

export const poolCases: RuleCases = {
  // All values are below zero, so that a padded zero would appear as a maximum.
  MaxPool: each(windows, ({ image, size, stride, pad, round }) => ({
    run: (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, size, stride, pad, round),
    inputs: [negative(image)],
  })),
  AvgPool: each(windows, ({ image, size, stride, pad, round }) => ({
    run: (x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, size, stride, pad, round),
    inputs: [negative(image)],
    tolerance: SUMS,
  })),
  MaxPoolGrad: each(apart, (window) => ({
    run: (dy: tf.Tensor, x: tf.Tensor) =>
      tf
        .engine()
        .runKernel(
          tf.MaxPoolGrad,
          { dy, input: x, output: tf.maxPool(x as tf.Tensor4D, window.size, window.stride, window.pad) },
          attrsOf(window),
        ),
    inputs: [values(outShape(window), 2), values(window.image)],
  })),
  AvgPoolGrad: each(windows, (window) => {
    const dy = values(outShape(window), 2);
    return {
      run: (gradient: tf.Tensor, input: tf.Tensor) =>
        tf.engine().runKernel(tf.AvgPoolGrad, { dy: gradient, input }, attrsOf(window)),
      inputs: [dy, values(window.image)],
      expected: [float32(window.image, averageGradient(window, dy.values))],
      tolerance: SUMS,
    };
  }),
};
