import { readFileSync } from 'node:fs';
import { decodeSafetensors, encodeSafetensors, toScheduleConfig } from '@isonoise/bundle';
import { type ImportedModel, importModel } from '@isonoise/import';
import { createNetwork } from '@isonoise/network';
import { createSchedule, type DiffusionSchedule } from '@isonoise/schedule';
import '@tensorflow/tfjs-backend-cpu';
import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { uniforms, weightValues } from '../../packages/import/testdata/formula.ts';
import { memoryFile } from '../../packages/import/testdata/memory-source.ts';
import { relativeError, session } from './open-imported.ts';

interface Case {
  readonly config: Readonly<Record<string, unknown>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** [t, ᾱ] of the noise levels; absent with learned variances. */
  readonly alphasCumprod?: readonly (readonly [number, number])[];
}

const at = (path: string): URL =>
  new URL(`../../packages/import/testdata/references/${path}`, import.meta.url);
const cases = JSON.parse(readFileSync(at('lucidrains.json'), 'utf8')) as Record<string, Case>;
const outputs = decodeSafetensors(new Uint8Array(readFileSync(at('lucidrains.safetensors')))).tensors;

/** Imports a case; its weights are stored with these prefixes. */
function imported(
  { shapes }: Case,
  config: Case['config'],
  prefixes: readonly string[] = ['model.'],
): Promise<ImportedModel> {
  const tensors = prefixes.flatMap((prefix) =>
    Object.entries(shapes).map(
      ([name, shape]) =>
        ({ name: prefix + name, shape, dtype: 'F32', data: weightValues(name, shape) }) as const,
    ),
  );
  // A checkpoint contains the noise levels besides the weights.
  const betas = { name: 'betas', shape: [2], dtype: 'F32', data: Float32Array.of(0.1, 0.2) } as const;
  return importModel(
    {
      config: memoryFile(new TextEncoder().encode(JSON.stringify(config)), 'config.json'),
      weights: [memoryFile(encodeSafetensors([betas, ...tensors]), 'weights.safetensors')],
      scheduler: null,
      recorded: null,
      notes: [],
    },
    { name: 'it' },
  );
}

const plain = cases.plain as Case;

describe('a model of denoising-diffusion-pytorch, imported,', () => {
  for (const [name, each] of Object.entries(cases)) {
    it(`equals the original: ${name}`, async () => {
      const model = await imported(each, each.config);
      const { channels, height, width } = model.network.imageShape;
      const onnx = await session(model);
      const { y } = await onnx.run({
        sample: new Tensor('float32', Float32Array.from(uniforms(2 * channels * height * width, 1000)), [
          2,
          channels,
          height,
          width,
        ]),
        timestep: new Tensor('float32', Float32Array.of(20, 999), [2]),
      });
      // Float32 against float64.
      expect(relativeError(y?.data as Float32Array, outputs.get(name)?.data as Float32Array)).toBeLessThan(
        1e-5,
      );
      await onnx.release();
    });
  }

  it('has the noise levels of the original', async () => {
    const levels = Object.values(cases).flatMap((each) =>
      each.alphasCumprod === undefined ? [] : [{ ...each, alphasCumprod: each.alphasCumprod }],
    );
    expect(levels).toHaveLength(4);
    for (const each of levels) {
      const { spec } = await imported(each, each.config);
      const { alphaBars } = createSchedule(toScheduleConfig(spec.scheduler)) as DiffusionSchedule;
      for (const [t, expected] of each.alphasCumprod) {
        // The original stores float32.
        expect(Math.abs((alphaBars[t] as number) / expected - 1)).toBeLessThan(1e-6);
      }
    }
  });

  it('predicts what its objective says', async () => {
    const predictions = await Promise.all(
      ['plain', 'heads', 'linear-attention', 'variances'].map(async (name) => {
        const each = cases[name] as Case;
        const { scheduler } = (await imported(each, each.config)).spec;
        return [scheduler.prediction_type, 'variance_type' in scheduler ? scheduler.variance_type : null];
      }),
    );
    expect(predictions).toEqual([
      ['v_prediction', 'fixed_small'],
      ['epsilon', 'fixed_small'],
      ['sample', 'fixed_small'],
      ['epsilon', 'learned_range'],
    ]);
  });

  it('has the averaged weights of a checkpoint of its trainer', async () => {
    const prefixes = ['model.model.', 'ema.online_model.model.', 'ema.ema_model.model.'];
    expect((await imported(plain, plain.config, prefixes)).weights).toBe('ema.ema_model.model');
  });

  it('describes the same network in its own configuration', async () => {
    const { networkConfig, network } = await imported(plain, plain.config);
    expect(createNetwork(networkConfig).network.parameters).toEqual(network.parameters);
  });

  const refused: readonly [title: string, options: object, message: string][] = [
    ['self-conditioning', { self_condition: true }, 'self_condition: got true; expected false'],
    [
      'a learned time encoding',
      { learned_sinusoidal_cond: true },
      'learned_sinusoidal_cond: got true; expected false',
    ],
    [
      'other encodings',
      { sinusoidal_pos_emb_theta: 5000 },
      'sinusoidal_pos_emb_theta: got 5000; expected 10000',
    ],
    ['unscaled images', { auto_normalize: false }, 'auto_normalize: got false; expected true'],
    [
      'another schedule',
      { schedule_fn_kwargs: { tau: 2 } },
      'schedule_fn_kwargs.tau: got "tau"; expected never',
    ],
    ['an unknown objective', { objective: 'score' }, 'objective: got "score"; expected ("pred_noise"'],
    ['lists of different lengths', { attn_heads: [1, 2, 3] }, 'attn_heads has 3 values; expected 2'],
    ['a size that cannot be halved', { image_size: 9 }, 'sample_size is 9; expected multiples of 2'],
  ];
  for (const [title, options, message] of refused) {
    it(`is refused with ${title}`, async () => {
      await expect(imported(plain, { ...plain.config, ...options })).rejects.toThrow(message);
    });
  }

  it('is refused if its options are wrong, and the error lists the missing weights', async () => {
    await expect(imported(plain, { ...plain.config, dim_mults: [1, 2, 2] })).rejects.toMatchObject({
      code: 'IMPORT_WEIGHTS',
      message: expect.stringContaining('downs.2.0.mlp.1.weight is missing'),
    });
  });
});
