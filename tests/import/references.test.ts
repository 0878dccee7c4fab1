import { readFileSync } from 'node:fs';
import { decodeSafetensors, encodeSafetensors, type JsonObject } from '@isonoise/bundle';
import { type ImportedModel, importModel } from '@isonoise/import';
import { createNetwork } from '@isonoise/network';
import '@tensorflow/tfjs-backend-cpu';
import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { networkFields } from '../../packages/import/src/network-config.ts';
import { uniforms, weightValues } from '../../packages/import/testdata/formula.ts';
import { memoryFile } from '../../packages/import/testdata/memory-source.ts';
import { relativeError, session } from './open-imported.ts';

interface Case {
  readonly config: Readonly<Record<string, unknown>>;
  readonly size: readonly [height: number, width: number];
  readonly timesteps: readonly (readonly number[])[];
  readonly parameters: number;
}

const at = (path: string): URL =>
  new URL(`../../packages/import/testdata/references/${path}`, import.meta.url);
const { cases } = JSON.parse(readFileSync(at('cases.json'), 'utf8')) as { cases: Record<string, Case> };
const outputs = decodeSafetensors(new Uint8Array(readFileSync(at('outputs.safetensors')))).tensors;

const options = ({ config, size: [height, width] }: Case) => ({
  ...('sample_size' in config ? {} : { size: { height, width } }),
  classCount: 5,
});

/** A scheduler that suits the network: all times are valid, and variances are expected if it predicts them. */
const scheduler = ({ config }: Case) => ({
  _class_name: 'DDPMScheduler',
  timestep_spacing: 'trailing',
  num_train_timesteps: config.time_embedding_type === 'learned' ? config.num_train_timesteps : 1000,
  ...(config.out_channels === config.in_channels ? {} : { variance_type: 'learned_range' }),
});

/** Imports a configuration with weights by formula, from a safetensors file with the names of diffusers. */
async function imported(each: Case): Promise<Pick<ImportedModel, 'network' | 'theta'>> {
  const { fields } = networkFields(each.config as JsonObject, options(each), 'config.json');
  const tensors = createNetwork(fields)
    .network.parameters.filter(({ name }) => name !== 'tag_embedding.weight')
    .map(({ name, shape }) => ({ name, shape, dtype: 'F32', data: weightValues(name, shape) }) as const);
  const count = tensors.reduce((sum, { data }) => sum + data.length, 0);
  expect(count).toBe(each.parameters);
  return importModel(
    {
      config: memoryFile(new TextEncoder().encode(JSON.stringify(each.config)), 'config.json'),
      weights: [memoryFile(encodeSafetensors(tensors), 'weights.safetensors')],
      scheduler: memoryFile(new TextEncoder().encode(JSON.stringify(scheduler(each))), 'scheduler.json'),
      recorded: null,
      notes: [],
    },
    { name: 'it', ...options(each) },
  );
}

const float32 = (count: number, seed: number): Float32Array => Float32Array.from(uniforms(count, seed));

// The references were computed in float64 and rounded once; float32 sums through about twenty layers are off by up to
// 2e-6.
const TOLERANCE = 1e-5;
// Fourier features have angles of 16 · ln t turns. Rounding ln t to 2⁻²² changes an angle by up to 2e-5.
const FOURIER_TOLERANCE = 3e-5;

describe('a UNet2DModel of diffusers, imported, equals diffusers', () => {
  it('in at least 40 configurations', () => {
    expect(Object.keys(cases).length).toBeGreaterThanOrEqual(40);
  });

  for (const [name, each] of Object.entries(cases)) {
    it(`for ${name.replaceAll('-', ' ')}`, async () => {
      const model = await imported(each);
      const { channels, height, width } = model.network.imageShape;
      expect([height, width]).toEqual(each.size);
      const tolerance = each.config.time_embedding_type === 'fourier' ? FOURIER_TOLERANCE : TOLERANCE;
      const onnx = await session(model);
      for (const [i, timesteps] of each.timesteps.entries()) {
        const { numClassEmbeds, numTags } = model.network;
        const { y } = await onnx.run({
          sample: new Tensor('float32', float32(2 * channels * height * width, 1000 + i), [
            2,
            channels,
            height,
            width,
          ]),
          timestep: new Tensor('float32', Float32Array.from(timesteps), [2]),
          ...(numClassEmbeds === undefined
            ? {}
            : { class_labels: new Tensor('int32', Int32Array.of(1 + i, 2), [2]) }),
          ...(numTags === undefined
            ? {}
            : { tags: new Tensor('float32', float32(2 * numTags, 2000 + i), [2, numTags]) }),
        });
        const expected = outputs.get(`${name}.${i}`)?.data as Float32Array;
        expect(relativeError(y?.data as Float32Array, expected)).toBeLessThan(tolerance);
      }
      await onnx.release();
    });
  }
});
