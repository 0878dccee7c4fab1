import { readFileSync } from 'node:fs';
import { decodeSafetensors, encodeSafetensors } from '@isonoise/bundle';
import { type ImportedModel, importModel } from '@isonoise/import';
import '@tensorflow/tfjs-backend-cpu';
import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { uniforms, weightValues } from '../../packages/import/testdata/formula.ts';
import { memoryFile } from '../../packages/import/testdata/memory-source.ts';
import { relativeError, session } from './open-imported.ts';

interface Case {
  readonly config: Readonly<Record<string, unknown>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

const at = (path: string): URL =>
  new URL(`../../packages/import/testdata/references/${path}`, import.meta.url);
const cases = JSON.parse(readFileSync(at('guided.json'), 'utf8')) as Record<string, Case>;
const outputs = decodeSafetensors(new Uint8Array(readFileSync(at('guided.safetensors')))).tensors;

function imported(
  { shapes }: Pick<Case, 'shapes'>,
  config: Case['config'],
  prefix = '',
): Promise<ImportedModel> {
  const tensors = Object.entries(shapes).map(
    ([name, shape]) =>
      ({ name: prefix + name, shape, dtype: 'F32', data: weightValues(name, shape) }) as const,
  );
  return importModel(
    {
      config: memoryFile(new TextEncoder().encode(JSON.stringify(config)), 'config.json'),
      weights: [memoryFile(encodeSafetensors(tensors), 'weights.safetensors')],
      scheduler: null,
      recorded: null,
      notes: [],
    },
    { name: 'it' },
  );
}

const heads = cases.heads as Case;

describe('a model of guided-diffusion, imported,', () => {
  for (const [name, each] of Object.entries(cases)) {
    it(`equals the original: ${name}`, async () => {
      const model = await imported(each, each.config);
      const onnx = await session(model);
      const { y } = await onnx.run({
        sample: new Tensor('float32', Float32Array.from(uniforms(384, 1000)), [2, 3, 8, 8]),
        timestep: new Tensor('float32', Float32Array.of(20, 999), [2]),
        ...(model.network.numClassEmbeds === undefined
          ? {}
          : { class_labels: new Tensor('int32', Int32Array.of(7, 999), [2]) }),
      });
      // The imported network computes in float32, the original in float64 except for its softmax.
      expect(relativeError(y?.data as Float32Array, outputs.get(name)?.data as Float32Array)).toBeLessThan(
        1e-5,
      );
      // Each row of the class embedding is a class of ImageNet, so no note says that the last row means "no class".
      expect(model.spec.classes).toEqual(
        each.config.class_cond === true ? expect.objectContaining({ count: 1000, nullClass: null }) : null,
      );
      expect(model.notes.join()).not.toContain('no class');
      await onnx.release();
    });
  }

  it('has the scheduler that its options describe', async () => {
    expect((await imported(heads, heads.config)).spec.scheduler).toMatchObject({
      _class_name: 'DDPMScheduler',
      num_train_timesteps: 1000,
      beta_schedule: 'squaredcos_cap_v2',
      variance_type: 'learned_range',
      prediction_type: 'epsilon',
    });
    const short = {
      ...heads.config,
      noise_schedule: 'linear',
      diffusion_steps: 500,
      rescale_timesteps: false,
    };
    expect((await imported(heads, short)).spec.scheduler).toMatchObject({
      beta_start: 0.0002,
      beta_end: 0.04,
    });
  });

  it('may have a prefix in the names of its weights', async () => {
    const [plain, prefixed] = [
      await imported(heads, heads.config),
      await imported(heads, heads.config, 'module.'),
    ];
    expect(prefixed.weights).toBe('module');
    // Comparing half a million values one by one would take seconds.
    expect(Buffer.from(prefixed.theta.buffer).equals(Buffer.from(plain.theta.buffer))).toBe(true);
  });

  const refused: readonly [title: string, options: object, message: string][] = [
    [
      'rescaled timesteps',
      { diffusion_steps: 4000 },
      'rescale_timesteps is not given with 4000 diffusion_steps',
    ],
    ['a first level of half the width', { channel_mult: '2,2' }, 'expected multipliers that begin with 1'],
    [
      'a size without default multipliers',
      { channel_mult: '', image_size: 8 },
      'not given for images of 8 pixels',
    ],
    [
      'heads of several widths',
      { num_head_channels: -1, attention_resolutions: '8,4' },
      'num_heads is 4 for layers of 32, 64 channels',
    ],
    ['an option of the wrong type', { num_channels: '32' }, 'num_channels: got "32"; expected number'],
    [
      'a different number of heads for upsampling',
      { num_heads_upsample: 2 },
      'num_heads_upsample: got 2; expected -1',
    ],
  ];
  for (const [title, options, message] of refused) {
    it(`is refused with ${title}`, async () => {
      await expect(imported(heads, { ...heads.config, ...options })).rejects.toThrow(message);
    });
  }

  it('is refused if its options are wrong, and the error lists the missing weights', async () => {
    await expect(imported(heads, { ...heads.config, num_res_blocks: 2 })).rejects.toMatchObject({
      code: 'IMPORT_WEIGHTS',
      message: expect.stringContaining('down_blocks.0.resnets.1.norm1.weight is missing'),
    });
  });
});
