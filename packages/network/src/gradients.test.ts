import { registerGradients } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACTIVATION_NAMES, activations } from './activation.ts';
import { gelu } from './gelu.ts';
import { resampling } from './resample.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
  registerGradients();
});

/** Returns irregular numbers, all different, so that a maximum is never a tie. */
const noise = (count: number, phase = 0): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + phase) + 1e-3 * Math.cos(i));

/**
 * Returns the largest difference between the gradient of Σ w·f(x) by tfjs and central differences
 * of the same sum in float64.
 */
async function compareGradients(
  f: (x: tf.Tensor4D) => tf.Tensor,
  shape: [number, number, number, number],
  step: number,
): Promise<number> {
  const count = tf.util.sizeFromShape(shape);
  const x = noise(count);
  const run = (values: Float32Array): Float32Array =>
    tf.tidy(() => f(tf.tensor4d(values, shape)).dataSync<'float32'>());
  const weights = noise(run(x).length, 2);
  const gradient = tf.tidy(() =>
    tf
      .grad((input: tf.Tensor) => {
        const y = f(input as tf.Tensor4D);
        return tf.sum(tf.mul(y, tf.tensor(weights, y.shape)));
      })(tf.tensor4d(x, shape))
      .dataSync<'float32'>(),
  );
  const sum = (values: Float32Array): number =>
    run(values).reduce((total, value, i) => total + value * (weights[i] as number), 0);
  let worst = 0;
  for (let i = 0; i < count; i++) {
    const [up, down] = [x.slice(), x.slice()];
    up[i] = (x[i] as number) + step;
    down[i] = (x[i] as number) - step;
    const slope = (sum(up) - sum(down)) / ((up[i] as number) - (down[i] as number));
    worst = Math.max(worst, Math.abs(slope - (gradient[i] as number)));
  }
  return worst;
}

describe('tfjs gradients on the cpu backend equal central differences for', () => {
  for (const name of ACTIVATION_NAMES) {
    it(`the activation ${name}`, async () => {
      const activation = (x: tf.Tensor4D): tf.Tensor => activations[name](tf.mul(x, 4));
      // The second derivative is below 16 · 1.1 and the step is 2⁻⁸. Rounding adds 1e-6 / 2⁻⁸. relu is not smooth at 0,
      // but no value is within a step of 0.
      expect(await compareGradients(activation, [1, 2, 3, 2], 2 ** -8)).toBeLessThan(2e-3);
    });
  }

  for (const name of ['mean', 'nearest', 'firDown', 'firUp'] as const) {
    it(`the resampling ${name}`, async () => {
      // Linear in x, so only rounding remains.
      expect(await compareGradients(resampling(name, false), [1, 4, 6, 2], 2 ** -5)).toBeLessThan(1e-4);
    });
  }

  // Max-pooling and resizing are linear in x within the step, so a large step does not add an error. The
  // remaining error is the rounding of float32 values of size 1: a few times 6e-8, divided by the step.
  it('2×2 max-pooling', async () => {
    expect(await compareGradients((x) => tf.maxPool(x, 2, 2, 'valid'), [1, 4, 6, 2], 2 ** -11)).toBeLessThan(
      1e-3,
    );
  });

  for (const [height, width] of [
    [4, 4],
    [3, 5],
    [1, 2],
  ] as const) {
    it(`bilinear doubling of ${height}×${width} with aligned corners`, async () => {
      const double = (x: tf.Tensor4D): tf.Tensor => tf.image.resizeBilinear(x, [2 * height, 2 * width], true);
      expect(await compareGradients(double, [2, height, width, 3], 0.25)).toBeLessThan(1e-5);
    });
  }

  it('GELU', async () => {
    // At the best step, rounding (6e-8 / step) and curvature (step² / 6) give about 1e-4. The error of tfjs's erf, up to
    // 1.5e-7, acts like a rounding error.
    expect(await compareGradients(gelu, [1, 2, 3, 4], 2 ** -7)).toBeLessThan(2e-4);
  });
});
