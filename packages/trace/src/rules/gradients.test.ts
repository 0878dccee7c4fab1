import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { SUMS } from '../../../../tests/support/rule-cases.ts';
import {
  float32,
  largestError,
  runTraced,
  type Values,
  values,
} from '../../../../tests/support/trace-and-run.ts';
import { filterGradientOf, inputGradientOf } from './conv.cases.ts';
import { describeGeometry, type Geometry, geometries, infoOf, outShape } from './conv-geometry.cases.ts';
import { depthwiseFilterGradientOf, depthwiseInputGradientOf } from './depthwise.cases.ts';

/** y = conv(x, w) in float64 by definition; depthwise if the last axis of the kernel is a multiplier. */
function convolve64(
  x: readonly number[],
  w: readonly number[],
  geometry: Geometry,
  depthwise: boolean,
): number[] {
  const { image, kernel } = geometry;
  const info = infoOf(geometry, depthwise);
  const [batch, height, width, channels] = image;
  const [kh, kw, , outs] = kernel;
  const y: number[] = [];
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < info.outHeight; i++)
      for (let j = 0; j < info.outWidth; j++)
        for (let out = 0; out < info.outChannels; out++) {
          let sum = 0;
          for (let di = 0; di < kh; di++)
            for (let dj = 0; dj < kw; dj++) {
              const row = i * info.strideHeight - info.padInfo.top + di * info.dilationHeight;
              const column = j * info.strideWidth - info.padInfo.left + dj * info.dilationWidth;
              if (row < 0 || row >= height || column < 0 || column >= width) continue;
              const pixel = ((b * height + row) * width + column) * channels;
              const tap = (di * kw + dj) * channels;
              if (depthwise) {
                const c = Math.floor(out / outs);
                sum += (x[pixel + c] ?? 0) * (w[(tap + c) * outs + (out % outs)] ?? 0);
              } else
                for (let c = 0; c < channels; c++)
                  sum += (x[pixel + c] ?? 0) * (w[(tap + c) * outs + out] ?? 0);
            }
          y.push(sum);
        }
  return y;
}

/**
 * Central differences of Σ dy·f(x). f is linear in x, so a step of 1 is exact except for float64 rounding.
 */
function differences(
  f: (x: readonly number[]) => number[],
  x: readonly number[],
  dy: readonly number[],
): number[] {
  const loss = (at: readonly number[]): number => f(at).reduce((sum, y, i) => sum + y * (dy[i] ?? 0), 0);
  return x.map((_, place) => {
    const moved = (step: number): number => loss(x.map((value, i) => (i === place ? value + step : value)));
    return (moved(1) - moved(-1)) / 2;
  });
}

async function expectGradient(
  run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  inputs: readonly Values[],
  expected: readonly number[],
): Promise<void> {
  const { outputs } = await runTraced(run, inputs);
  expect(largestError(outputs[0]?.values ?? [], expected)).toBeLessThan(SUMS);
}

describe('gradients of convolutions equal central differences in float64 for', () => {
  it.each(geometries.map((geometry) => [describeGeometry(geometry), geometry] as const))(
    '%s',
    async (_what, geometry) => {
      const [x, w, dy] = [
        values(geometry.image, 1),
        values(geometry.kernel, 2),
        values(outShape(geometry), 3),
      ];
      const dx = differences((at) => convolve64(at, w.values, geometry, false), x.values, dy.values);
      await expectGradient(inputGradientOf(geometry), [dy, w], dx);
      const dw = differences((at) => convolve64(x.values, at, geometry, false), w.values, dy.values);
      await expectGradient(filterGradientOf(geometry), [x, dy], dw);
    },
  );
});

const depthwise: readonly Geometry[] = [
  { image: [2, 5, 6, 3], kernel: [3, 3, 3, 2] },
  { image: [1, 7, 8, 2], kernel: [3, 2, 2, 1], stride: 2 },
  { image: [1, 7, 8, 2], kernel: [3, 3, 2, 2], dilation: 2 },
  { image: [1, 7, 8, 2], kernel: [2, 3, 2, 1], dilation: [2, 1], pad: 'valid' },
];

describe('gradients of depthwise convolutions equal central differences in float64 for', () => {
  it.each(depthwise.map((geometry) => [describeGeometry(geometry), geometry] as const))(
    '%s',
    async (_what, geometry) => {
      const [x, w, dy] = [
        values(geometry.image, 1),
        values(geometry.kernel, 2),
        values(outShape(geometry, true), 3),
      ];
      const dx = differences((at) => convolve64(at, w.values, geometry, true), x.values, dy.values);
      await expectGradient(depthwiseInputGradientOf(geometry), [dy, w], dx);
      const dw = differences((at) => convolve64(x.values, at, geometry, true), w.values, dy.values);
      await expectGradient(depthwiseFilterGradientOf(geometry), [x, dy], dw);
    },
  );
});

/** Linear resampling in float64 with half pixel centres: TensorFlow's definition. */
function resample64(
  x: readonly number[],
  from: readonly [number, number],
  to: readonly [number, number],
): number[] {
  const sources = (a: number, b: number): [number, number, number][] =>
    Array.from({ length: b }, (_, i) => {
      const place = Math.min(Math.max((a / b) * (i + 0.5) - 0.5, 0), a - 1);
      const low = Math.floor(place);
      return [low, Math.min(low + 1, a - 1), place - low];
    });
  const columns = sources(from[1], to[1]);
  return sources(from[0], to[0]).flatMap(([top, bottom, down]) =>
    columns.map(([left, right, along]) => {
      const at = (row: number, column: number): number => x[row * from[1] + column] ?? 0;
      const upper = at(top, left) * (1 - along) + at(top, right) * along;
      return upper * (1 - down) + (at(bottom, left) * (1 - along) + at(bottom, right) * along) * down;
    }),
  );
}

describe('gradients of bilinear resizing with half pixel centres equal central differences in float64 from', () => {
  it.each([
    [
      [4, 5],
      [7, 3],
    ],
    [
      [3, 3],
      [6, 9],
    ],
  ] as const)('[%s] to [%s]', async (from, to) => {
    const [x, dy] = [values([1, ...from, 1], 1), values([1, ...to, 1], 2)];
    await expectGradient(
      (images, gradient) =>
        tf
          .engine()
          .runKernel(
            tf.ResizeBilinearGrad,
            { images, dy: gradient },
            { alignCorners: false, halfPixelCenters: true },
          ),
      [float32(x.shape, x.values), dy],
      differences((at) => resample64(at, from, to), x.values, dy.values),
    );
  });
});
