import '@tensorflow/tfjs-backend-cpu';
import { createNetwork, parameterCount } from '@isonoise/network';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseTrainConfig } from '../parse-train-config.ts';
import { recipe } from '../recipe.ts';
import type { TrainConfig } from '../train-config.ts';
import { type BaseModel, runBase } from './base-model.ts';
import { fitWeights } from './fit-weights.ts';

beforeAll(() => tf.setBackend('cpu'));

const NETWORK = { block_out_channels: [8, 16], norm_num_groups: 4 };
const images = (channels: number, side = 8, classNames?: readonly string[]) => ({
  name: 'pictures',
  shape: { channels, height: side, width: side },
  ...(classNames !== undefined && { classNames }),
});

/** Returns weights like those of a trained network. No weight is 0, not even in the last layer. */
function weights(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 0.2 * Math.sin(1 + 0.7 * i));
}

/** Creates a model for these images with weights as after training. */
function model(
  of: ReturnType<typeof images>,
  network: object = {},
): { base: BaseModel; config: TrainConfig } {
  const config = recipe(of, 'quick', { network: { ...NETWORK, ...network } });
  const { parameters } = createNetwork(config.network).network;
  const count = parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return { base: runBase('model', config, { classNames: of.classNames ?? null }, weights(count)), config };
}

/** Fits the model to other images. */
function fitted(base: BaseModel, of: ReturnType<typeof images>, network: object = {}) {
  const config = recipe(of, 'quick', { base, network: { ...network } });
  const { network: made } = createNetwork(config.network);
  return { config, ...fitWeights(config, made, { model: base, classNames: of.classNames ?? null }) };
}

/** Returns the output of a network for one image, `[C, H, W]`. */
function run(
  { network }: TrainConfig,
  theta: Float32Array,
  image: Float32Array,
  label?: number,
): Float32Array {
  const { network: made } = createNetwork(network);
  const { channels, height, width } = made.imageShape;
  return tf.tidy(() => {
    let offset = 0;
    const tensors = made.parameters.map(({ shape }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      offset += size;
      return tf.tensor(theta.subarray(offset - size, offset), [...shape]);
    });
    return made
      .forward(tensors, {
        sample: tf.tensor4d(image, [1, channels, height, width]),
        timestep: tf.tensor1d([300]),
        classLabels: label === undefined ? undefined : tf.tensor1d([label], 'int32'),
      })
      .dataSync()
      .slice() as Float32Array;
  });
}

const theta = (base: BaseModel): Float32Array =>
  Float32Array.from([...base.tensors.values()].flatMap(({ data }) => [...data]));

const plane = Float32Array.from({ length: 64 }, (_, i) => Math.cos(i * i));
const repeated = (times: number): Float32Array =>
  Float32Array.from({ length: times * 64 }, (_, i) => plane[i % 64] as number);

/** Tolerance for float32 sums in a different order, over two dozen layers with values of about 1. */
const CLOSE = 1e-5;
function expectClose(got: Float32Array, expected: Float32Array): void {
  expect(got.length).toBe(expected.length);
  const largest = got.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (expected[i] as number))),
    0,
  );
  expect(largest).toBeLessThan(CLOSE);
  expect(Math.max(...expected)).toBeGreaterThan(0.01);
}

describe('fitWeights', () => {
  it('copies all weights for images of the same kind, even if their size differs', () => {
    const { base } = model(images(3, 8, ['cat', 'dog']));
    for (const side of [8, 16]) {
      const same = fitted(base, images(3, side, ['cat', 'dog']));
      expect(same.theta).toEqual(theta(base));
      expect(same).toMatchObject({ share: 1, notes: [] });
      expect(same.config.network.sample_size).toBe(side);
    }
  });

  it('keeps classes by name, and starts new classes with the row of the null class', () => {
    const { base, config } = model(images(3, 8, ['cat', 'dog']));
    const other = fitted(base, images(3, 8, ['bird', 'dog', 'cow']));
    const drawn = (label: number) => run(other.config, other.theta, repeated(3), label);
    const before = (label: number) => run(config, theta(base), repeated(3), label);
    expect(drawn(1)).toEqual(before(1));
    for (const label of [0, 2, 3]) expect(drawn(label)).toEqual(before(2));
    expect(other.notes).toEqual([
      'class_embedding: 1 of 3 classes are known to the model; new, drawn like any image at first: bird, cow; left out: cat',
    ]);
  });

  it('starts new classes with the mean of all classes if the model has no null class', () => {
    const of = images(1, 8, ['cat', 'dog']);
    const config = recipe(of, 'quick', { network: NETWORK, train: { labelDropout: 0 } });
    const size = (config.network.block_out_channels as number[])[0] ?? 0;
    const { parameters } = createNetwork(config.network).network;
    const count = parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    const base = runBase('model', config, { classNames: of.classNames ?? null }, weights(count));
    const table = base.tensors.get('class_embedding.weight')?.data ?? new Float32Array();
    const other = fitted(base, images(1, 8, ['cow']));
    const spec = createNetwork(other.config.network).network.parameters;
    let offset = 0;
    for (const { name, shape } of spec) {
      if (name === 'class_embedding.weight') break;
      offset += shape.reduce((a, b) => a * b, 1);
    }
    const features = 4 * size;
    const mean = Array.from({ length: features }, (_, k) =>
      Math.fround(((table[k] as number) + (table[features + k] as number)) / 2),
    );
    // The rows of cow and of the null class.
    expect([...other.theta.subarray(offset, offset + 2 * features)]).toEqual([...mean, ...mean]);
  });

  it('gives the results of the null class at first if the images have no classes', () => {
    const { base, config } = model(images(3, 8, ['cat', 'dog']));
    const other = fitted(base, images(3, 8));
    expectClose(run(other.config, other.theta, repeated(3)), run(config, theta(base), repeated(3), 2));
    expect(other.notes).toEqual([
      'time_embedding: begins as the model without a class',
      'class_embedding: not used',
    ]);
  });

  it("gives the model's results for every class at first if the model has no classes", () => {
    const { base, config } = model(images(3));
    const other = fitted(base, images(3, 8, ['cat']));
    const before = run(config, theta(base), repeated(3));
    for (const label of [0, 1]) expect(run(other.config, other.theta, repeated(3), label)).toEqual(before);
  });

  it.each([
    ['a U-Net', {}],
    ['a U-Net over patches', { _class_name: 'PatchedUNet2D', patch_size: 2 }],
  ])('converts a grey model to colour, and a colour model to grey, with %s', (_title, network) => {
    const grey = model(images(1), network);
    const colour = fitted(grey.base, images(3));
    const expected = run(grey.config, theta(grey.base), plane);
    const got = run(colour.config, colour.theta, repeated(3));
    for (const channel of [0, 1, 2]) expectClose(got.subarray(64 * channel, 64 * (channel + 1)), expected);
    expect(colour.notes).toEqual(['conv_in, conv_out: grey to colour']);

    const coloured = model(images(3), network);
    const greyAgain = fitted(coloured.base, images(1));
    const three = run(coloured.config, theta(coloured.base), repeated(3));
    const mean = Float32Array.from({ length: 64 }, (_, i) =>
      [0, 1, 2].reduce((sum, channel) => sum + (three[64 * channel + i] as number) / 3, 0),
    );
    expectClose(run(greyAgain.config, greyAgain.theta, plane), mean);
  });

  it("gives new layers the seed's initial weights, and reports their blocks", () => {
    const { base } = model(images(3));
    const deeper = fitted(base, images(3), { layers_per_block: 2 });
    expect(deeper.share).toBeGreaterThan(0.3);
    expect(deeper.notes).toEqual([
      'down_blocks.0, down_blocks.1, up_blocks.0, up_blocks.1: not in the model; initial weights',
      'up_blocks.0: other sizes; initial weights',
    ]);
    // A new normalization starts with scale 1.
    const { parameters } = createNetwork(deeper.config.network).network;
    let offset = 0;
    for (const { name, shape } of parameters) {
      if (name === 'down_blocks.0.resnets.1.norm1.weight') break;
      offset += shape.reduce((a, b) => a * b, 1);
    }
    expect([...deeper.theta.subarray(offset, offset + 8)]).toEqual(new Array(8).fill(1));
  });
  it('copies the embedding of transforms only if the transforms are the same, even if the sizes are equal', () => {
    const withTransform = (transform: string, base?: BaseModel) =>
      recipe(images(1), 'quick', {
        ...{ train: { augmentation: { transforms: [transform] } }, base },
        network: base === undefined ? NETWORK : {},
      });
    const before = withTransform('mirror');
    const values = weights(parameterCount(createNetwork(before.network).network.parameters));
    const base = runBase('model', before, { classNames: null }, values);
    const fit = (transform: string) => {
      const config = withTransform(transform, base);
      return fitWeights(config, createNetwork(config.network).network, { model: base, classNames: null });
    };
    expect(fit('mirror')).toMatchObject({ theta: values, share: 1, notes: [] });
    const other = fit('scale');
    expect(other.notes).toEqual(['augment_embedding: other transforms; initial weights']);
    // The embedding has one row of 32 values, the last weights of the network.
    expect(other.theta.subarray(0, -32)).toEqual(values.subarray(0, -32));
    expect(other.theta.subarray(-32)).not.toEqual(values.subarray(-32));
    expect(other.share).toBeCloseTo(1 - 32 / values.length, 10);
  });

  it('refuses a model if fewer than a tenth of the weights come from it', () => {
    const { base } = model(images(3));
    expect(() => fitted(base, images(3), { block_out_channels: [16, 32] })).toThrow(
      expect.objectContaining({
        code: 'TRAIN_BASE',
        message: expect.stringMatching(
          /model: \d\.\d % of the network's weights come from it; expected at least 10 %/,
        ),
      }),
    );
  });

  it('notes that the network must learn a different prediction or schedule', () => {
    const { base } = model(images(1));
    const config = parseTrainConfig({
      ...recipe(images(1), 'quick', { base }),
      objective: { prediction: 'epsilon' },
      schedule: { kind: 'linear' },
    });
    const { network } = createNetwork(config.network);
    expect(fitWeights(config, network, { model: base, classNames: null }).notes).toEqual([
      'prediction: the model predicts v_prediction; with epsilon, it must learn to predict again',
      'schedule: linear; the model has cosine',
    ]);
  });
});

describe('tags of a base model', () => {
  const tagged = (names: readonly string[]) => ({ ...images(3), tags: { names } });
  const spec = (names: readonly string[]) => ({
    classNames: null,
    tags: { names, counts: names.map(() => 1) },
  });
  const tables = (config: TrainConfig, theta: Float32Array, name: string): Float32Array => {
    let offset = 0;
    for (const { name: each, shape } of createNetwork(config.network).network.parameters) {
      const size = shape.reduce((a, b) => a * b, 1);
      if (each === name) return theta.slice(offset, offset + size);
      offset += size;
    }
    return new Float32Array(0);
  };
  const config = recipe(tagged(['cat', 'red']), 'quick', { network: NETWORK });
  const { parameters } = createNetwork(config.network).network;
  const theta = weights(parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0));
  const base = runBase('model', config, spec(['cat', 'red']), theta);
  const features = 32;
  const old = tables(config, theta, 'tag_embedding.weight');

  it('keep their rows by name, and new tags start with rows of zeros', () => {
    const of = tagged(['red', 'dog', 'cat']);
    const next = recipe(of, 'quick', { base });
    const fit = fitWeights(next, createNetwork(next.network).network, {
      model: base,
      classNames: null,
      tagNames: of.tags.names,
    });
    expect(next.network).toMatchObject({ num_tags: 3 });
    const table = tables(next, fit.theta, 'tag_embedding.weight');
    expect(table.slice(0, features)).toEqual(old.slice(features));
    expect(table.slice(features, 2 * features)).toEqual(new Float32Array(features));
    expect(table.slice(2 * features)).toEqual(old.slice(0, features));
    expect(fit.notes).toEqual([
      'tag_embedding: 2 of 3 tags are known to the model; new, drawn like any image at first: dog',
    ]);
  });

  it('become rows of classes with the same names, and the null class gets the row of "no tags"', () => {
    const of = images(3, 8, ['Cat', 'Dog']);
    const { config: next, ...fit } = fitted(base, of);
    expect(next.network).toMatchObject({ num_class_embeds: 3 });
    expect(next.network).not.toHaveProperty('num_tags');
    const table = tables(next, fit.theta, 'class_embedding.weight');
    expect(table.slice(0, features)).toEqual(old.slice(0, features));
    expect(table.slice(features)).toEqual(new Float32Array(2 * features));
    // "Cat" is the tag "cat", so only "red" is omitted.
    expect(fit.notes.filter((note) => note.startsWith('class_embedding'))).toEqual([
      'class_embedding: 1 of 2 classes are known to the model; new, drawn like any image at first: Dog; left out: red',
    ]);
  });

  it('start with the rows of classes with the same names, relative to images without a class', () => {
    const { base: classes, config: before } = model(images(3, 8, ['cat', 'dog']));
    const table = classes.tensors.get('class_embedding.weight')?.data as Float32Array;
    const of = tagged(['dog', 'hat']);
    const next = recipe(of, 'quick', { base: classes });
    const fit = fitWeights(next, createNetwork(next.network).network, {
      model: classes,
      classNames: null,
      tagNames: of.tags.names,
    });
    expect(before.network.num_class_embeds).toBe(3);
    const rows = tables(next, fit.theta, 'tag_embedding.weight');
    const none = table.slice(2 * features);
    expect(rows.slice(0, features)).toEqual(
      table.slice(features, 2 * features).map((value, k) => value - (none[k] as number)),
    );
    expect(rows.slice(features)).toEqual(new Float32Array(features));
    const bias = tables(next, fit.theta, 'time_embedding.linear_2.bias');
    const stored = classes.tensors.get('time_embedding.linear_2.bias')?.data as Float32Array;
    expect(bias).toEqual(stored.map((value, k) => value + (none[k] as number)));
  });
});
