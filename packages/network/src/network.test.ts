import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { activations } from './activation.ts';
import { type BlockContext, resnetBlock } from './blocks.ts';
import { createNetwork } from './create-network.ts';
import { initialParameters } from './initialize.ts';
import type { Network, NetworkInputs } from './network.ts';
import { ParameterList, type ParameterSpec, parameterSize } from './parameters.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const fields = {
  sample_size: 4,
  block_out_channels: [4, 8],
  norm_num_groups: 2,
  down_block_types: ['DownBlock2D', 'DownBlock2D'],
  up_block_types: ['UpBlock2D', 'UpBlock2D'],
};
const plain = createNetwork(fields).network;
const dropping = createNetwork({ ...fields, dropout: 0.5 }).network;
const conditional = createNetwork({ ...fields, num_class_embeds: 3 }).network;
const awjuliani = createNetwork({ _class_name: 'AwjulianiUNet', sample_size: 8, base_channels: 2 }).network;

/**
 * Makes random weights, even for parameters whose initial values are zero; `factor` scales the values by
 * parameter name.
 */
function weightsOf(specs: readonly ParameterSpec[], factor: (name: string) => number = () => 1): tf.Tensor[] {
  const theta = initialParameters(
    specs.map((spec) => ({ ...spec, initializer: 'torchUniform', fanIn: 4 })),
    1,
  );
  let offset = 0;
  return specs.map((spec) => {
    const size = parameterSize(spec);
    offset += size;
    const values = theta.subarray(offset - size, offset).map((value) => value * factor(spec.name));
    return tf.tensor(values, [...spec.shape]);
  });
}

function inputsOf({ imageShape }: Network, batch = 2): NetworkInputs {
  const { channels, height, width } = imageShape;
  const values = Float32Array.from({ length: batch * channels * height * width }, (_, i) => Math.sin(i * i));
  return {
    sample: tf.tensor4d(values, [batch, channels, height, width]),
    timestep: tf.linspace(0, 500, batch),
  };
}

const answer = (
  network: Network,
  weights: tf.Tensor[],
  more: Partial<NetworkInputs> = {},
): Promise<Float32Array> =>
  tf.tidy(() => network.forward(weights, { ...inputsOf(network), ...more })).data<'float32'>();

describe('class labels', () => {
  const labels = (...values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');

  it('are required for a network with classes', () => {
    const run = (): unknown => conditional.forward(weightsOf(conditional.parameters), inputsOf(conditional));
    expect(run).toThrow(expect.objectContaining({ code: 'NETWORK_INPUT' }));
    expect(run).toThrow('class labels are missing; expected them for a network with 3 class embeddings');
  });

  for (const [name, network] of Object.entries({ plain, awjuliani })) {
    it(`are rejected for a network without classes (${name})`, () => {
      const inputs = { ...inputsOf(network), classLabels: labels(0, 1) };
      expect(() => network.forward(weightsOf(network.parameters), inputs)).toThrow(
        'found class labels, but num_class_embeds is not set; expected none',
      );
    });
  }

  it('apply to each image separately', async () => {
    const weights = weightsOf(conditional.parameters);
    const [mixed, zeros, twos] = await Promise.all(
      [labels(0, 2), labels(0, 0), labels(2, 2)].map((classLabels) =>
        answer(conditional, weights, { classLabels }),
      ),
    );
    const half = 16; // values of one image
    expect(mixed?.slice(0, half)).toEqual(zeros?.slice(0, half));
    expect(mixed?.slice(half)).toEqual(twos?.slice(half));
    expect(zeros).not.toEqual(twos);
  });
});

describe('dropout', () => {
  // Residual blocks have size² · channels units each: down 4² · 4 + 2² · 8, middle twice 2² · 8, up
  // twice 2² · 8 and twice 4² · 4.
  const units = 64 + 32 + 2 * 32 + 2 * 32 + 2 * 64;
  const mask = (value: number): tf.Tensor2D => tf.fill([2, units], value);
  const scaledConv2 = (factor: number): tf.Tensor[] =>
    weightsOf(dropping.parameters, (name) => (name.endsWith('conv2.weight') ? factor : 1));

  it('counts the units of one image', () => {
    expect(dropping.dropoutUnits).toBe(units);
    expect(plain.dropoutUnits).toBe(0);
  });

  it('does nothing without a mask', async () => {
    const weights = weightsOf(plain.parameters);
    expect(await answer(dropping, weights)).toEqual(await answer(plain, weights));
  });

  it('scales kept units by 1/(1 − p), like the weights after them', async () => {
    // At p = 1/2 the factor is a power of two and therefore exact.
    const kept = await answer(dropping, weightsOf(dropping.parameters), { dropoutKeep: mask(1) });
    expect(kept).toEqual(await answer(plain, scaledConv2(2)));
  });

  it('sets dropped units to zero', async () => {
    const dropped = await answer(dropping, weightsOf(dropping.parameters), { dropoutKeep: mask(0) });
    expect(dropped).toEqual(await answer(plain, scaledConv2(0)));
  });

  it('accepts a bool mask', async () => {
    const weights = weightsOf(dropping.parameters);
    const pattern = Array.from({ length: 2 * units }, (_, i) => (i * i) % 3 === 0);
    const [asBool, asNumber] = await Promise.all([
      answer(dropping, weights, { dropoutKeep: tf.tensor2d(pattern, [2, units], 'bool') }),
      answer(dropping, weights, { dropoutKeep: tf.tensor2d(pattern.map(Number), [2, units]) }),
    ]);
    expect(asBool).toEqual(asNumber);
  });

  it('preserves the output of a block on average over a mask and its complement', async () => {
    // A residual block is linear in its mask. At p = 1/2, the scaled mask and its scaled complement have the mean 1.
    const parameters = new ParameterList();
    const context: BlockContext = {
      parameters,
      epsilon: 1e-5,
      timeFeatures: 3,
      headChannels: null,
      activation: activations.silu,
      scaleShift: false,
      dropout: { probability: 0.5, reserve: () => 0 },
      wrap: false,
    };
    const block = resnetBlock(context, 'block', 2, 4, { height: 3, width: 3 }, { groups: 2 });
    const weights = weightsOf(parameters.specs);
    const x = tf.tensor4d(
      Array.from({ length: 18 }, (_, i) => Math.sin(i)),
      [1, 3, 3, 2],
    );
    const time = tf.tensor2d([[0.3, -0.2, 0.9]]);
    const run = async (keep: number[] | undefined): Promise<Float32Array> =>
      block(weights, x, { time, dropoutKeep: keep && tf.tensor2d([keep]) }).data<'float32'>();
    const keep = Array.from({ length: 36 }, (_, i) => ((i * 7) % 5 < 2 ? 1 : 0));
    const [some, others, none] = await Promise.all([
      run(keep),
      run(keep.map((value) => 1 - value)),
      run(undefined),
    ]);
    expect(some).not.toEqual(others);
    for (const [i, value] of none.entries()) {
      // The values are about 1, and sums of 36 products round several times in float32.
      expect(((some[i] as number) + (others[i] as number)) / 2).toBeCloseTo(value, 5);
    }
  });

  it('rejects a mask of the wrong size, and any mask for a network without dropout', () => {
    const run = (network: Network, dropoutKeep: tf.Tensor2D): unknown =>
      network.forward(weightsOf(network.parameters), { ...inputsOf(network), dropoutKeep });
    expect(() => run(dropping, tf.ones([2, 5]))).toThrow(
      `found a dropout mask of shape [2, 5]; expected ${units} dropout units`,
    );
    expect(() => run(plain, tf.ones([2, 5]))).toThrow(
      'expected none, because the network does not use dropout',
    );
    expect(() => run(awjuliani, tf.ones([2, 5]))).toThrow(
      'expected none, because the network does not use dropout',
    );
  });
});

describe('a newly initialized UNet2DModel', () => {
  it('returns zero, because its last convolution is zero', async () => {
    const theta = initialParameters(plain.parameters, 0);
    const weights = tf
      .split(tf.tensor1d(theta), plain.parameters.map(parameterSize))
      .map((piece, i) => tf.reshape(piece, [...(plain.parameters[i] as ParameterSpec).shape]));
    const values = await answer(plain, weights);
    expect(values.every((value) => value === 0)).toBe(true);
  });
});

describe('a network', () => {
  for (const [name, network] of Object.entries({ plain, awjuliani })) {
    it(`does not make tensors when it is created, and keeps only the output of a forward pass (${name})`, () => {
      const before = tf.memory().numTensors;
      createNetwork(name === 'plain' ? fields : { _class_name: 'AwjulianiUNet' });
      expect(tf.memory().numTensors).toBe(before);

      const weights = weightsOf(network.parameters);
      const inputs = inputsOf(network);
      const held = tf.memory().numTensors;
      const y = tf.tidy(() => network.forward(weights, inputs));
      expect(tf.memory().numTensors).toBe(held + 1);
      expect(y.shape).toEqual(inputs.sample.shape);
      tf.dispose([y, weights, inputs.sample, inputs.timestep]);
      expect(tf.memory().numTensors).toBe(before);
    });
  }

  it('reports a missing weight', () => {
    const weights = weightsOf(plain.parameters).slice(0, -1);
    expect(() => plain.forward(weights, inputsOf(plain))).toThrow(/weight \d+, conv_out\.bias, is missing/);
  });
});

describe('add_attention', () => {
  it('removes only the parameters of the middle attention if it is false', () => {
    const without = createNetwork({ ...fields, add_attention: false });
    expect(without.config).toMatchObject({ add_attention: false });
    expect(without.network.parameters).toEqual(
      plain.parameters.filter(({ name }) => !name.startsWith('mid_block.attentions')),
    );
    expect(plain.parameters.length - without.network.parameters.length).toBe(10);
  });

  it('allows fewer channels than a head has at the coarsest level if it is false', () => {
    const narrow = { ...fields, attention_head_dim: 9 };
    expect(() => createNetwork(narrow)).toThrow('expected at least attention_head_dim 9');
    expect(createNetwork({ ...narrow, add_attention: false }).network.parameters.length).toBeGreaterThan(0);
  });
});
