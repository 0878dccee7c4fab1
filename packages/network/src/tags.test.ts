import { registerGradients } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { createNetwork } from './create-network.ts';
import { initialParameters } from './initialize.ts';
import type { Network } from './network.ts';
import { parameterSize } from './parameters.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
  registerGradients();
});

const fields = {
  sample_size: 4,
  block_out_channels: [4, 8],
  norm_num_groups: 2,
  down_block_types: ['DownBlock2D', 'DownBlock2D'],
  up_block_types: ['UpBlock2D', 'UpBlock2D'],
};
const K = 3;
const tagged = createNetwork({ ...fields, num_tags: K }).network;
const conditional = createNetwork({ ...fields, num_class_embeds: 2 }).network;
const EMBEDDING = 'tag_embedding.weight';

/**
 * Returns values for each parameter. Parameters that are initialized to zero also get values, so that all paths
 * contribute.
 */
function valuesOf(network: Network): Map<string, Float32Array> {
  const specs = network.parameters.map((spec) =>
    spec.name.endsWith('_embedding.weight')
      ? spec
      : { ...spec, initializer: 'torchUniform' as const, fanIn: 4 },
  );
  return new Map(
    specs.map((spec) => {
      const seed = [...spec.name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 2 ** 31;
      return [spec.name, initialParameters([spec], seed)];
    }),
  );
}

const tensorsOf = (network: Network, values: ReadonlyMap<string, Float32Array>): tf.Tensor[] =>
  network.parameters.map(({ name, shape }) => tf.tensor(values.get(name) as Float32Array, [...shape]));

const B = 2;
const sample = Float32Array.from({ length: B * 16 }, (_, i) => Math.sin(i * i));
const rows = Float32Array.of(Math.SQRT1_2, 0, Math.SQRT1_2, 0, 0, 0);
const inputs = (): { sample: tf.Tensor4D; timestep: tf.Tensor1D } => ({
  sample: tf.tensor4d(sample, [B, 1, 4, 4]),
  timestep: tf.tensor1d([10, 500]),
});

describe('a network with tags', () => {
  it('adds Σ_k row_k E_k where a network with classes adds the embedding of the class', () => {
    const values = valuesOf(tagged);
    const embedding = values.get(EMBEDDING) as Float32Array;
    const features = embedding.length / K;
    // Class 0 has the sum of the tags 0 and 2, and class 1 the zero vector of an image without tags.
    const classes = new Float32Array(2 * features);
    for (let f = 0; f < features; f++)
      classes[f] = Math.SQRT1_2 * ((embedding[f] as number) + (embedding[2 * features + f] as number));
    const [got, expected] = tf.tidy(() => [
      tagged.forward(tensorsOf(tagged, values), { ...inputs(), tags: tf.tensor2d(rows, [B, K]) }).dataSync(),
      conditional
        .forward(tensorsOf(conditional, new Map([...values, ['class_embedding.weight', classes]])), {
          ...inputs(),
          classLabels: tf.tensor1d([0, 1], 'int32'),
        })
        .dataSync(),
    ]);
    // The sums are rounded in a different order.
    for (const [i, value] of expected.entries())
      expect(Math.abs((got[i] as number) - value)).toBeLessThan(1e-5);
  });

  it('has a gradient for the embedding that agrees with central differences, and a zero gradient for unused tags', () => {
    const values = valuesOf(tagged);
    const embedding = values.get(EMBEDDING) as Float32Array;
    const loss = (changed: tf.Tensor): tf.Scalar => {
      const weights = tensorsOf(tagged, values).map((weight, i) =>
        tagged.parameters[i]?.name === EMBEDDING ? changed : weight,
      );
      const output = tagged.forward(weights, { ...inputs(), tags: tf.tensor2d(rows, [B, K]) });
      return tf.mean(tf.square(output));
    };
    const shape: [number, number] = [K, embedding.length / K];
    const gradient = tf.tidy(() => tf.grad(loss)(tf.tensor2d(embedding, shape)).dataSync<'float32'>());
    const at = (index: number, step: number): number => {
      const moved = embedding.slice();
      moved[index] = (moved[index] as number) + step;
      return tf.tidy(() => loss(tf.tensor2d(moved, shape)).dataSync()[0] as number);
    };
    const scale = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(scale).toBeGreaterThan(1e-4);
    for (const index of [0, 1, 5, 2 * shape[1], 2 * shape[1] + 3]) {
      const slope = (at(index, 0.05) - at(index, -0.05)) / 0.1;
      // Curvature and float32 rounding of a loss of about 1 leave about 1e-5.
      expect(Math.abs(slope - (gradient[index] as number))).toBeLessThan(0.02 * scale + 2e-5);
    }
    expect([...gradient.subarray(shape[1], 2 * shape[1])].every((value) => value === 0)).toBe(true);
  });

  it('has the parameters of a network without conditions, and an embedding of the tags', () => {
    const plain = createNetwork(fields).network;
    const added = tagged.parameters.filter(
      ({ name }) => !plain.parameters.some((each) => each.name === name),
    );
    expect(added).toEqual([{ name: EMBEDDING, shape: [K, 16], initializer: 'normal' }]);
    expect(added.map(parameterSize)).toEqual([48]);
  });

  it('refuses missing rows and rows of the wrong width; a network without tags refuses all rows', () => {
    const weights = tensorsOf(tagged, valuesOf(tagged));
    expect(() => tagged.forward(weights, inputs())).toThrow(/found no tags; expected a row of 3 numbers/);
    expect(() => tagged.forward(weights, { ...inputs(), tags: tf.zeros([B, 2]) })).toThrow(
      /found tags of shape \[2, 2\]; expected a row of 3/,
    );
    expect(() =>
      conditional.forward(tensorsOf(conditional, valuesOf(conditional)), {
        ...inputs(),
        classLabels: tf.tensor1d([0, 1], 'int32'),
        tags: tf.zeros([B, 3]),
      }),
    ).toThrow(/expected none, because num_tags is not set/);
  });
});

describe('a configuration with num_tags', () => {
  it('has the class embedding "identity" of diffusers, and num_tags is absent without tags', () => {
    expect(createNetwork({ ...fields, num_tags: 3 }).config).toMatchObject({
      num_tags: 3,
      class_embed_type: 'identity',
      num_class_embeds: null,
    });
    expect(createNetwork({ ...fields, num_tags: null }).config).toEqual(createNetwork(fields).config);
    expect(createNetwork(fields).config).not.toHaveProperty('num_tags');
  });

  it('must not have classes; class_embed_type "identity" requires num_tags', () => {
    expect(() => createNetwork({ ...fields, num_tags: 3, num_class_embeds: 2 })).toThrow(
      /num_tags is 3 and num_class_embeds 2; expected only one/,
    );
    expect(() => createNetwork({ ...fields, class_embed_type: 'identity' })).toThrow(
      /expected num_tags with it/,
    );
  });

  it('is supported by PatchedUNet2D', () => {
    const patched = createNetwork({ ...fields, _class_name: 'PatchedUNet2D', sample_size: 8, num_tags: 3 });
    expect(patched.network.numTags).toBe(3);
    expect(patched.config).toMatchObject({ num_tags: 3, patch_size: 2 });
  });
});
