import { createNetwork, initialParameters, parameterSize } from '@isonoise/network';
import { createOnnxRuntimeEngine, createTfjsEngine, type StepFeeds, type TrainState } from '@isonoise/train';
import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import '@tensorflow/tfjs-backend-cpu';

/** Returns irregular numbers that all differ, so that a maximum is never a tie. */
const noise = (count: number, phase = 0): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + phase) + 1e-3 * Math.cos(i));

const configs = [
  { _class_name: 'AwjulianiUNet', sample_size: 16, base_channels: 2 },
  {
    _class_name: 'LucidrainsUNet',
    sample_size: 16,
    in_channels: 1,
    dim: 4,
    dim_mults: [1, 2],
    attn_dim_head: 4,
  },
];

describe.each(configs)('the traced training step of $_class_name', (config) => {
  const batchSize = 2;
  const { network } = createNetwork(config);
  const step = {
    kind: 'adam',
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
  // After the first step, m = (1 − β₁)·gradient, because m starts at zero. With β₁ = 1/2 this is exact.
  const gradientOf = ({ m = zeros }: TrainState): Float32Array => m.map((value) => 2 * value);

  it('computes the loss and gradients of eager tfjs, and the slope of central differences', async () => {
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
    const expected = await eager.step(feeds);
    const reference = gradientOf(await eager.readState());

    // 1. Against eager tfjs. Float32 sums have a different order in forty layers, and tfjs's erf has an error of
    // 1.5e-7.
    expect(Math.abs(traced.loss / expected.loss - 1)).toBeLessThan(1e-5);
    expect(Math.abs(traced.gradNorm / expected.gradNorm - 1)).toBeLessThan(1e-4);
    const largest = (values: Float32Array): number =>
      values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const overall = largest(reference);
    let offset = 0;
    for (const spec of network.parameters) {
      const range = [offset, offset + parameterSize(spec)] as const;
      offset = range[1];
      const [got, right] = [gradient.subarray(...range), reference.subarray(...range)];
      const error = largest(got.map((value, i) => value - (right[i] as number)));
      // Some gradients are zero except for rounding, such as the gradient of the keys' bias, which softmax cancels.
      expect([spec.name, error < 1e-4 * largest(right) + 1e-5 * overall]).toEqual([spec.name, true]);
    }

    // 2. Against the slope of the loss along the gradient. This slope is the norm of the gradient. The error of the
    //   slope is the error of the loss, 1e-7, divided by h, plus h² times the third derivative.
    const h = 1e-3;
    const lossAt = async (distance: number): Promise<number> => {
      const moved = theta.map((value, i) => value + (distance * (gradient[i] as number)) / traced.gradNorm);
      await onnx.writeState(stateAt(moved));
      return (await onnx.step(feeds)).loss;
    };
    const slope = ((await lossAt(h)) - (await lossAt(-h))) / (2 * h);
    expect(Math.abs(slope / traced.gradNorm - 1)).toBeLessThan(0.01);

    await Promise.all([onnx.dispose(), eager.dispose()]);
  }, 300_000); // a graph of a thousand nodes and the slowest backend, on busy machines
});
