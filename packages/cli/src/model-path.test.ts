import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise } from '../testdata/isonoise-command.ts';
import { refuseOther } from './model-path.ts';

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
  await mkdir(at('network'));
  await writeFile(at('network', 'config.json'), '{}');
  await writeFile(at('network', 'diffusion_pytorch_model.safetensors'), '');
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('refuseOther', () => {
  it('refuses a run and its checkpoints, and names the command that exports the run', async () => {
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

  it.each(['sample', 'verify', 'serve'])('refuses a run for %s', async (verb) => {
    const { stderr, code } = await isonoise([verb, at('quick')]);
    expect(stderr).toContain(`error CLI_UNKNOWN_FILE: ${verb}: ${at('quick')} is a run, not a model;`);
    expect(code).toBe(1);
  });

  it.each(['sample', 'info', 'verify', 'serve', 'evaluate', 'invert', 'export-onnx', 'publish-model'])(
    'refuses a diffusers model for %s, and names the command that imports it',
    async (verb) => {
      const more: Record<string, readonly string[]> = {
        invert: [at('x.png')],
        'export-onnx': ['--out', at('out')],
        'publish-model': ['--out', at('out'), '--license', 'mit'],
      };
      for (const [name, file] of [
        ['pipeline', 'model_index.json'],
        ['network', 'diffusion_pytorch_model.safetensors'],
      ] as const) {
        const { stderr, code } = await isonoise([verb, at(name), ...(more[verb] ?? [])]);
        expect(stderr).toContain(
          `error CLI_UNKNOWN_FILE: ${verb}: ${at(name)} is a model of diffusers (it contains ${file}, but no isonoise.json); ` +
            `expected a model of isonoise. Import it first: pnpm import-model ${at(name)} --out models/${name}-imported`,
        );
        expect(code).toBe(1);
      }
    },
  );
});
