import { registerGradients } from '@isonoise/ops';
import { createOnnxRuntimeEngine, createTfjsEngine, type StepFeeds, type TrainState } from '@isonoise/train';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { InferenceSession } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { createNetwork } from './create-network.ts';
import { gelu } from './gelu.ts';
import { initialParameters } from './initialize.ts';
import { parameterSize } from './parameters.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
  registerGradients();
});

/** Smooth numbers without pattern, none of them equal: a maximum is never a tie. */
const noise = (count: number, phase = 0): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + phase) + 1e-3 * Math.cos(i));

/** Gradient of Σ w·f(x) by tfjs, and by central differences of the same sum in float64. */
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

describe('gradients of tfjs on cpu, against central differences', () => {
  // Both are linear in x within the step, so a large step has no error of its own; what is left is the rounding of
  // float32 values of size 1, a few times 6e-8 over the step.
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
    // Rounding 6e-8 / step and curvature step²/6: about 1e-4 at the best step; tfjs's erf is good to 1.5e-7, which
    // counts like rounding.
    expect(await compareGradients(gelu, [1, 2, 3, 4], 2 ** -7)).toBeLessThan(2e-4);
  });
});

describe('the traced training step of AwjulianiUNet', () => {
  const batchSize = 2;
  const { network } = createNetwork({ _class_name: 'AwjulianiUNet', sample_size: 16, base_channels: 2 });
  const step = {
    optimizer: 'adam',
    beta1: 0.5,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0,
    clipNorm: null,
  } as const;
  const theta = initialParameters(network.parameters, 5);
  const zeros = new Float32Array(theta.length);
  const stateAt = (values: Float32Array): TrainState => ({ theta: values, m: zeros, v: zeros, ema: values });
  const feeds: StepFeeds = {
    sample: noise(batchSize * 256),
    timestep: Float32Array.of(3, 700),
    target: noise(batchSize * 256, 1),
    weight: Float32Array.of(1, 0.5),
    learningRate: 1e-3,
    emaDecay: 0.9,
    step: 1,
  };
  // After the first step m = (1 − β₁)·gradient, from zero: with β₁ = 1/2 that is exact.
  const gradientOf = ({ m }: TrainState): Float32Array => m.map((value) => 2 * value);

  it('has the loss and the gradients of tfjs eager, and of central differences', async () => {
    const state = stateAt(theta);
    const onnx = await createOnnxRuntimeEngine({
      network,
      step,
      batchSize,
      state,
      createSession: (model) => InferenceSession.create(model, { intraOpNumThreads: 1 }),
      device: 'cpu',
    });
    const traced = await onnx.step(feeds);
    const gradient = gradientOf(await onnx.readState());
    const eager = await createTfjsEngine({ network, step, batchSize, state, backend: 'cpu' });
    const wanted = await eager.step(feeds);
    const reference = gradientOf(await eager.readState());

    // 1. Against eager: float32 sums in another order through forty layers, and tfjs's erf is good to 1.5e-7
    expect(Math.abs(traced.loss / wanted.loss - 1)).toBeLessThan(1e-5);
    expect(Math.abs(traced.gradNorm / wanted.gradNorm - 1)).toBeLessThan(1e-4);
    const largest = (values: Float32Array): number =>
      values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const overall = largest(reference);
    let offset = 0;
    for (const spec of network.parameters) {
      const range = [offset, offset + parameterSize(spec)] as const;
      offset = range[1];
      const [got, right] = [gradient.subarray(...range), reference.subarray(...range)];
      const error = largest(got.map((value, i) => value - (right[i] as number)));
      // Some gradients are zero but for rounding (the bias of the keys: softmax does not see it).
      expect([spec.name, error < 1e-4 * largest(right) + 1e-5 * overall]).toEqual([spec.name, true]);
    }

    // 2. Against the slope of the loss along the gradient, which is the gradient's norm. The loss is known to 1e-7,
    //    over h; the curvature adds h² of the third derivative.
    const h = 1e-2;
    const lossAt = async (distance: number): Promise<number> => {
      const moved = theta.map((value, i) => value + (distance * (gradient[i] as number)) / traced.gradNorm);
      await onnx.writeState(stateAt(moved));
      return (await onnx.step(feeds)).loss;
    };
    const slope = ((await lossAt(h)) - (await lossAt(-h))) / (2 * h);
    expect(Math.abs(slope / traced.gradNorm - 1)).toBeLessThan(0.01);

    await Promise.all([onnx.dispose(), eager.dispose()]);
  }, 300_000); // a graph of a thousand nodes and the slowest backend, on machines that have other work too
});
