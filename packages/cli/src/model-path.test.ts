import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise } from '../testdata/isonoise-command.ts';
import { refuseOther, warnOfDiffusers } from './model-path.ts';

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-model-path-'));
  await mkdir(at('quick', 'checkpoints'), { recursive: true });
  for (const file of ['run.json', 'config.json']) await writeFile(at('quick', file), '{}');
  await mkdir(at('quick', 'exported'));
  await writeFile(at('quick', 'exported', 'isonoise.json'), '{}');
  await mkdir(at('empty'));
  await mkdir(at('pipeline', 'unet'), { recursive: true });
  await writeFile(at('pipeline', 'model_index.json'), '{}');
  await mkdir(at('lost', 'unet'), { recursive: true });
  for (const file of ['config.json', 'model.onnx']) await writeFile(at('lost', 'unet', file), '');
  await mkdir(at('network'));
  await writeFile(at('network', 'config.json'), '{}');
  await writeFile(at('network', 'diffusion_pytorch_model.safetensors'), '');
  await mkdir(at('models', 'shards'), { recursive: true });
  await writeFile(at('models', 'shards', 'config.json'), '{}');
  await writeFile(at('models', 'shards', 'diffusion_pytorch_model.safetensors.index.json'), '{}');
  await mkdir(at('models', 'v1.5'));
  await writeFile(at('models', 'v1.5', 'config.json'), '{}');
  await writeFile(at('models', 'v1.5', 'unet.ckpt'), '');
  await mkdir(at('models', 'notes'));
  await writeFile(at('models', 'notes', 'config.json'), '{}');
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('refuseOther', () => {
  it('refuses a run and its checkpoints, and recommends the command that exports the run', async () => {
    const next = `not a model; expected an exported model. Export the run first: pnpm export-onnx ${at('quick')} --out models/quick`;
    const checkpoint = at('quick', 'checkpoints', 'step-00000001.safetensors');
    for (const [path, what] of [
      [at('quick'), 'is a run'],
      [at('quick', 'checkpoints'), `is a part of the run ${at('quick')}`],
      [checkpoint, `is a part of the run ${at('quick')}`],
    ] as const)
      await expect(refuseOther('sample', path)).rejects.toMatchObject({
        code: 'CLI_UNKNOWN_FILE',
        message: `sample: ${path} ${what}, ${next}`,
      });
  });

  it('accepts other paths, and a model inside a run', async () => {
    for (const path of [
      at('quick', 'exported'),
      at('empty'),
      at('nowhere'),
      at('quick', 'x.onnx'),
      at('m.zip'),
    ])
      await expect(refuseOther('verify', path)).resolves.toBeUndefined();
  });

  it.each(['sample', 'verify', 'serve'])(
    'refuses a run in place of a model for the command %s',
    async (verb) => {
      const { stderr, code } = await isonoise([verb, at('quick')]);
      expect(stderr).toContain(`error CLI_UNKNOWN_FILE: ${verb}: ${at('quick')} is a run, not a model;`);
      expect(code).toBe(1);
    },
  );

  it.each([
    'sample',
    'info',
    'verify',
    'serve',
    'evaluate',
    'invert',
    'export-onnx',
    'publish-model',
    'train',
  ])(
    'refuses a diffusers model for the command %s, and recommends the command that imports the model',
    async (verb) => {
      const more: Record<string, readonly string[]> = {
        invert: [at('x.png')],
        'export-onnx': ['--out', at('out')],
        'publish-model': ['--out', at('out'), '--license', 'mit'],
        train: ['--dataset', at('quick'), '--runs', at('out')],
      };
      const named = verb === 'train' ? ['train', '--from'] : [verb];
      for (const [name, file] of [
        ['pipeline', 'model_index.json'],
        ['network', 'diffusion_pytorch_model.safetensors'],
      ] as const) {
        const { stderr, code } = await isonoise([...named, at(name), ...(more[verb] ?? [])]);
        expect(stderr).toContain(
          `error CLI_UNKNOWN_FILE: ${named.join(' ')}: ${at(name)} is a model of diffusers (it contains ${file}, but no isonoise.json); ` +
            `expected a model of isonoise. Import it first: pnpm import-model ${at(name)} --out models/${name}-imported`,
        );
        expect(code).toBe(1);
      }
    },
  );

  it('refuses shards, a network whose weights have an unusual name, and a weights file', async () => {
    const weights = at('models', 'v1.5', 'unet.ckpt');
    for (const [path, message] of [
      [at('models', 'shards'), 'it contains diffusion_pytorch_model.safetensors.index.json, but'],
      [at('models', 'v1.5'), `pnpm import-model ${at('models', 'v1.5')} --out models/v1.5-imported`],
      [
        weights,
        `pnpm import-model ${weights} --config ${at('models', 'v1.5', 'config.json')} --out models/unet-imported`,
      ],
      [
        at('lost'),
        `sample: ${at('lost')} has lost its isonoise.json, or is a model of diffusers (it contains unet/config.json, but no isonoise.json); expected a model of isonoise. Copy the whole model again, with isonoise.json. If the model is from Python, import it: pnpm import-model`,
      ],
    ] as const) {
      const refused = expect(refuseOther('sample', path)).rejects;
      await refused.toMatchObject({ code: 'CLI_UNKNOWN_FILE', message: expect.stringContaining(message) });
    }
    await expect(refuseOther('sample', at('models', 'notes'))).resolves.toBeUndefined();
  });
});

it('warnOfDiffusers warns about each model of diffusers in a folder of models', async () => {
  const warnings: string[] = [];
  await warnOfDiffusers(at('models'), { warn: (text) => void warnings.push(text) });
  expect(warnings).toEqual([
    expect.stringMatching(
      /shards is a model of diffusers \(.*\) and is left out\. Import it first: pnpm import-model/,
    ),
    expect.stringContaining(
      `${at('models', 'v1.5')} looks like a model from Python (it contains unet.ckpt, but no isonoise.json)`,
    ),
  ]);
  await warnOfDiffusers(at('network'), { warn: (text) => void warnings.push(text) });
  expect(warnings).toHaveLength(3);
  await warnOfDiffusers(at('nowhere'), { warn: (text) => void warnings.push(text) });
  expect(warnings).toHaveLength(3);
});

it('pnpm serve warns about models of diffusers before it opens a model', async () => {
  const { stderr, code } = await isonoise(['serve', at('nowhere.onnx'), '--models', at('models')]);
  expect(stderr).toContain(`${at('models', 'shards')} is a model of diffusers`);
  expect(code).not.toBe(0);
});
