import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { largestError, runEager, values } from '../../../tests/support/trace-and-run.ts';
import { groupNorm, registerGradients, silu, upsampleNearest } from './index.ts';

registerGradients();

/** Computes group normalization in float64, from its definition. */
function groupNorm64(
  x: readonly number[],
  shape: readonly number[],
  gamma: readonly number[],
  beta: readonly number[],
  groups: number,
  epsilon: number,
): number[] {
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  const size = channels / groups;
  const y = [...x];
  for (let b = 0; b < batch; b++)
    for (let g = 0; g < groups; g++) {
      const places = Array.from({ length: height * width * size }, (_, k) => {
        const pixel = Math.floor(k / size);
        return (b * height * width + pixel) * channels + g * size + (k % size);
      });
      const mean = places.reduce((sum, place) => sum + (x[place] ?? 0), 0) / places.length;
      const variance = places.reduce((sum, place) => sum + ((x[place] ?? 0) - mean) ** 2, 0) / places.length;
      for (const place of places) {
        const c = place % channels;
        y[place] =
          (gamma[c] ?? 0) * (((x[place] ?? 0) - mean) / Math.sqrt(variance + epsilon)) + (beta[c] ?? 0);
      }
    }
  return y;
}

describe('ops composed of stock ops', () => {
  it.each([1, 2, 4])('compute groupNorm with %s groups as in its definition', async (groups) => {
    const inputs = [values([2, 3, 5, 4], 1), values([4], 2), values([4], 3)] as const;
    const run = (x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D): tf.Tensor =>
      groupNorm(x, gamma, beta, { groups, epsilon: 1e-5 });
    const [y] = await runEager(run, inputs);
    const [x, gamma, beta] = inputs;
    const expected = groupNorm64(x.values, x.shape, gamma.values, beta.values, groups, 1e-5);
    expect(largestError(y?.values ?? [], expected)).toBeLessThan(2e-6); // float32 sums of up to 60 values
  });

  it('have a gradient of groupNorm that agrees with central differences in float64', async () => {
    const inputs = [
      values([1, 2, 3, 4], 1),
      values([4], 2),
      values([4], 3),
      values([1, 2, 3, 4], 4),
    ] as const;
    const [x, gamma, beta, dy] = inputs;
    const run = (...[a, b, c, gradient]: tf.Tensor[]): tf.Tensor[] =>
      tf.grads((p: tf.Tensor, q: tf.Tensor, r: tf.Tensor) =>
        groupNorm(p as tf.Tensor4D, q as tf.Tensor1D, r as tf.Tensor1D, { groups: 2, epsilon: 1e-3 }),
      )([a as tf.Tensor, b as tf.Tensor, c as tf.Tensor], gradient);
    const grads = await runEager(run as never, inputs);
    const operands = [x.values, gamma.values, beta.values];
    operands.forEach((list, which) => {
      const expected = list.map((_, place) => {
        const loss = (step: number): number => {
          const moved = operands.map((values_, i) =>
            values_.map((v, j) => (i === which && j === place ? v + step : v)),
          );
          const y = groupNorm64(moved[0] ?? [], x.shape, moved[1] ?? [], moved[2] ?? [], 2, 1e-3);
          return y.reduce((sum, v, i) => sum + v * (dy.values[i] ?? 0), 0);
        };
        return (loss(1e-4) - loss(-1e-4)) / 2e-4; // error of order h², 1e-8
      });
      expect(largestError(grads[which]?.values ?? [], expected)).toBeLessThan(5e-6); // float32 sums of up to 24 values
    });
  });

  it('reject a number of groups that does not divide the channels of groupNorm', () => {
    expect(() =>
      groupNorm(tf.zeros([1, 1, 1, 4]), tf.ones([4]), tf.zeros([4]), { groups: 3, epsilon: 1e-5 }),
    ).toThrow('groups is 3; expected a divisor of the 4 channels');
  });

  it('keep only the result in memory', async () => {
    await tf.setBackend('cpu');
    const [x, gamma, beta] = [
      tf.ones<tf.Rank.R4>([1, 2, 2, 4]),
      tf.ones<tf.Rank.R1>([4]),
      tf.zeros<tf.Rank.R1>([4]),
    ];
    const before = tf.memory().numTensors;
    const made = [silu(x), upsampleNearest(x), groupNorm(x, gamma, beta, { groups: 2, epsilon: 1e-5 })];
    expect(tf.memory().numTensors).toBe(before + made.length);
    tf.dispose([...made, x, gamma, beta]);
  });

  it('compute silu as x · sigmoid(x)', async () => {
    const x = values([50]);
    const [y] = await runEager(silu as never, [x]);
    expect(
      largestError(
        y?.values ?? [],
        x.values.map((v) => v / (1 + Math.exp(-v))),
      ),
    ).toBeLessThan(2e-7); // a sigmoid and a product, each rounded to 2⁻²⁴
  });

  it('make a 2×2 block of each pixel for upsampleNearest', async () => {
    const [y] = await runEager(
      (x: tf.Tensor4D) => upsampleNearest(x),
      [{ shape: [1, 2, 2, 1], dtype: 'float32', values: [1, 2, 3, 4] }],
    );
    expect(y?.shape).toEqual([1, 4, 4, 1]);
    expect(y?.values).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
  });

  it('sum each block in the gradient of upsampleNearest', async () => {
    const dy = values([2, 6, 10, 3], 2);
    const [dx] = await runEager(
      (x: tf.Tensor, gradient: tf.Tensor) =>
        tf.grad((at: tf.Tensor) => upsampleNearest(at as tf.Tensor4D))(x, gradient),
      [values([2, 3, 5, 3]), dy],
    );
    const at = (b: number, i: number, j: number, c: number): number =>
      dy.values[((b * 6 + i) * 10 + j) * 3 + c] ?? 0;
    const expected = values([2, 3, 5, 3]).values.map((_, k) => {
      const [c, j, i, b] = [k % 3, Math.floor(k / 3) % 5, Math.floor(k / 15) % 3, Math.floor(k / 45)];
      return (
        at(b, 2 * i, 2 * j, c) +
        at(b, 2 * i + 1, 2 * j, c) +
        at(b, 2 * i, 2 * j + 1, c) +
        at(b, 2 * i + 1, 2 * j + 1, c)
      );
    });
    expect(largestError(dx?.values ?? [], expected)).toBeLessThan(1e-6); // float32 sums of four values
  });
});
