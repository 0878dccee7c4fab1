import { readFileSync } from 'node:fs';
import { decodeSafetensors, type SafeTensor } from '@isonoise/bundle';
import { createNetwork, type Network, parameterCount } from '@isonoise/network';
import { type TensorSpec, trace } from '@isonoise/trace';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';

type Tensors = ReadonlyMap<string, SafeTensor>;

interface Io {
  readonly sample: Float32Array;
  readonly timestep: Float32Array;
  readonly labels: Int32Array | undefined;
  readonly output: Float32Array;
}

const at = (path: string): URL => new URL(`../../packages/network/testdata/${path}`, import.meta.url);
const json = (path: string): unknown => JSON.parse(readFileSync(at(path), 'utf8'));
const tensors = (path: string): Tensors => decodeSafetensors(new Uint8Array(readFileSync(at(path)))).tensors;

function runs(io: Tensors): Io[] {
  return [0, 1, 2].flatMap((i) => {
    const [sample, timestep, output] = ['sample', 'timestep', 'output'].map(
      (key) => io.get(`${i}.${key}`)?.data,
    );
    return sample === undefined
      ? []
      : [
          {
            sample: sample as Float32Array,
            timestep: timestep as Float32Array,
            labels: io.get(`${i}.class_labels`)?.data as Int32Array | undefined,
            output: output as Float32Array,
          },
        ];
  });
}

/** Returns weights in the order of the network's parameters. */
function inOrder(network: Network, weights: Tensors): SafeTensor[] {
  return network.parameters.map(({ name }) => {
    const weight = weights.get(name);
    if (weight === undefined) throw new Error(`the state dict lacks ${name}`);
    return weight;
  });
}

function eager(
  network: Network,
  weights: readonly SafeTensor[],
  { sample, timestep, labels }: Io,
): Float32Array {
  const { channels, height, width } = network.imageShape;
  return tf.tidy(() => {
    const answer = network.forward(
      weights.map(({ data, shape }) => tf.tensor(data as Float32Array, [...shape], 'float32')),
      {
        sample: tf.tensor4d(sample, [timestep.length, channels, height, width]),
        timestep: tf.tensor1d(timestep),
        ...(labels ? { classLabels: tf.tensor1d(labels, 'int32') } : {}),
      },
    );
    return answer.dataSync<'float32'>();
  });
}

async function session(
  network: Network,
  weights: readonly SafeTensor[],
  batch: number | 'batch' = 'batch',
): Promise<InferenceSession> {
  const { channels, height, width } = network.imageShape;
  const conditional = network.numClassEmbeds !== undefined;
  const specs: TensorSpec[] = [
    { name: 'sample', shape: [batch, channels, height, width] },
    { name: 'timestep', shape: [batch] },
    ...(conditional ? [{ name: 'class_labels', shape: [batch], dtype: 'int32' } as const] : []),
  ];
  const constants = weights.map(({ name, shape, data }) => ({ name, shape, values: data as Float32Array }));
  const model = await trace(
    (...inputs) =>
      network.forward(inputs.slice(specs.length), {
        sample: inputs[0] as tf.Tensor4D,
        timestep: inputs[1] as tf.Tensor1D,
        ...(conditional ? { classLabels: inputs[2] as tf.Tensor1D } : {}),
      }),
    [...specs, ...constants],
    { outputNames: ['y'] },
  );
  return InferenceSession.create(model, { intraOpNumThreads: 1 });
}

async function traced(
  onnx: InferenceSession,
  { channels, height, width }: Network['imageShape'],
  { sample, timestep, labels }: Io,
): Promise<Float32Array> {
  const batch = timestep.length;
  const { y } = await onnx.run({
    sample: new Tensor('float32', sample, [batch, channels, height, width]),
    timestep: new Tensor('float32', timestep, [batch]),
    ...(labels ? { class_labels: new Tensor('int32', labels, [batch]) } : {}),
  });
  return y?.data as Float32Array;
}

/** Returns max |got − expected| / max |expected|; NaN if any value is NaN. */
function relativeError(got: Float32Array, expected: Float32Array): number {
  const largest = (values: Float32Array): number =>
    values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  expect(got.length).toBe(expected.length);
  return largest(got.map((value, i) => value - (expected[i] as number))) / largest(expected);
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Returns the name and shape of each parameter, sorted by name. */
const shapesOf = (network: Network): [string, string][] =>
  network.parameters.map(({ name, shape }): [string, string] => [name, shape.join()]).sort();

// The references were computed in float64 and rounded once. In about twenty layers, sums of up to a few hundred
// float32 products are off by about ten times half a unit in the last place (6e-8). The time encoding, one of many
// summands, is off by up to 5e-7. The largest measured error is 2.5e-6.
const TOLERANCE = 1e-5;

describe('UNet2DModel', () => {
  const { cases } = json('unet2d/cases.json') as {
    cases: Record<string, { parameters: number; config: object }>;
  };
  for (const [name, { config, parameters }] of Object.entries(cases)) {
    it(`equals diffusers with the same weights: ${name}`, async () => {
      const { network } = createNetwork(config);
      const stored = tensors(`unet2d/${name}.safetensors`);
      expect(shapesOf(network)).toEqual(
        [...stored].map(([key, { shape }]): [string, string] => [key, shape.join()]).sort(),
      );
      expect(parameterCount(network.parameters)).toBe(parameters);

      const weights = inOrder(network, stored);
      const onnx = await session(network, weights);
      const recorded = runs(tensors(`unet2d/${name}.io.safetensors`));
      expect(recorded).toHaveLength(3);
      for (const run of recorded) {
        expect(relativeError(eager(network, weights, run), run.output)).toBeLessThan(TOLERANCE);
        expect(relativeError(await traced(onnx, network.imageShape, run), run.output)).toBeLessThan(
          TOLERANCE,
        );
      }
      await onnx.release();
    });
  }

  const { models } = json('unet2d/shapes.json') as {
    models: Record<string, { parameters: number; config: object; shapes: Record<string, string> }>;
  };
  for (const [name, { config, parameters, shapes }] of Object.entries(models)) {
    it(`has the names and shapes of the published ${name}`, () => {
      const { network } = createNetwork(config);
      expect(shapesOf(network)).toEqual(Object.entries(shapes).sort());
      expect(parameterCount(network.parameters)).toBe(parameters);
    });
  }
});

/**
 * Port of `uniforms` of packages/network/testdata/make_awjuliani.py: numbers in
 * [−1, 1) by integer arithmetic.
 */
function uniforms(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    let h = (i + Math.imul(seed, 0x9e3779b1)) >>> 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return ((h ^ (h >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}

/** Port of `weight_values` of packages/network/testdata/make_awjuliani.py. */
function formulaWeight(name: string, shape: readonly number[], seed: number): SafeTensor {
  const values = uniforms(
    shape.reduce((product, size) => product * size, 1),
    seed,
  );
  const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
  const centre = name.endsWith('weight') ? 1 : 0;
  const data = Float32Array.from(values, (u) => (shape.length > 1 ? u / Math.sqrt(fanIn) : 0.2 * u + centre));
  return { name, dtype: 'F32', shape, data };
}

describe('AwjulianiUNet', () => {
  const { cases } = json('awjuliani/cases.json') as {
    cases: Record<string, { parameters: number; config: object; shapes: Record<string, string> }>;
  };
  for (const [name, { config, parameters, shapes }] of Object.entries(cases)) {
    it(`equals the reference implementation with the same weights: ${name}`, async () => {
      const { network } = createNetwork(config);
      expect(shapesOf(network)).toEqual(Object.entries(shapes).sort());
      expect(parameterCount(network.parameters)).toBe(parameters);

      const places = Object.keys(shapes);
      const weights = network.parameters.map((spec) =>
        formulaWeight(spec.name, spec.shape, places.indexOf(spec.name)),
      );
      const { channels } = network.imageShape;
      const io = tensors(`awjuliani/${name}.io.safetensors`);
      // Tracing for any batch takes two traces; the large network is traced once, for a fixed batch.
      const onnx = await session(network, weights, name === 'full' ? 2 : 'batch');
      let i = 0;
      for (; io.has(`${i}.output`); i++) {
        const run: Io = {
          sample: Float32Array.from(uniforms(2 * channels * 32 * 32, 1000 + i)),
          timestep: io.get(`${i}.timestep`)?.data as Float32Array,
          labels: undefined,
          output: io.get(`${i}.output`)?.data as Float32Array,
        };
        expect(relativeError(await traced(onnx, network.imageShape, run), run.output)).toBeLessThan(
          TOLERANCE,
        );
        // The pure JavaScript backend would take half a minute for the full width.
        if (name === 'narrow') {
          expect(relativeError(eager(network, weights, run), run.output)).toBeLessThan(TOLERANCE);
        }
      }
      expect(i).toBeGreaterThan(0);
      await onnx.release();
    }, 300_000); // 13 million weights, on busy machines
  }
});
