import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSafetensors, encodeSafetensors, type SafeTensor } from '@isonoise/bundle';
import { createNetwork } from '@isonoise/network';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uniforms, weightValues } from '../../../import/testdata/formula.ts';
import { isonoise } from '../../testdata/isonoise-command.ts';
import { readCard, writeCard } from '../evaluating/card-section.ts';

const REFERENCES = new URL('../../../import/testdata/references/', import.meta.url);

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
/** Options that make an import fast. */
const FAST = ['--reference', 'cpu', '--sample-steps', '2', '--samples', '2', '--json'];

/** Returns the configuration of a reference network, and its weights with the tensor names of diffusers. */
async function reference(name: string): Promise<{ config: object; weights: SafeTensor[] }> {
  const { cases } = JSON.parse(await readFile(new URL('cases.json', REFERENCES), 'utf8')) as {
    cases: Record<string, { config: object }>;
  };
  const config = { _class_name: 'UNet2DModel', _diffusers_version: '0.42.1', ...cases[name]?.config };
  const weights = createNetwork(config).network.parameters.map(
    ({ name: each, shape }) =>
      ({ name: each, dtype: 'F32', shape, data: weightValues(each, shape) }) as const,
  );
  return { config, weights };
}

/** Writes a diffusers pipeline with the output that Python recorded. */
async function writePipeline(folder: string, name: string): Promise<void> {
  const { config, weights } = await reference(name);
  await mkdir(at(folder, 'unet'), { recursive: true });
  await mkdir(at(folder, 'scheduler'), { recursive: true });
  const index = {
    _class_name: 'DDPMPipeline',
    scheduler: ['diffusers', 'DDPMScheduler'],
    unet: ['diffusers', 'UNet2DModel'],
  };
  await writeFile(at(folder, 'model_index.json'), JSON.stringify(index));
  await writeFile(at(folder, 'unet/config.json'), JSON.stringify(config));
  const scheduler = { _class_name: 'DDPMScheduler', clip_sample: true, beta_schedule: 'squaredcos_cap_v2' };
  await writeFile(at(folder, 'scheduler/scheduler_config.json'), JSON.stringify(scheduler));
  await writeFile(at(folder, 'unet/diffusion_pytorch_model.safetensors'), encodeSafetensors(weights));
  const { tensors } = decodeSafetensors(await readFile(new URL('outputs.safetensors', REFERENCES)));
  const recorded: SafeTensor[] = [
    { name: 'sample', dtype: 'F32', shape: [2, 3, 8, 8], data: Float32Array.from(uniforms(384, 1000)) },
    { name: 'timestep', dtype: 'F32', shape: [2], data: Float32Array.of(1, 20) },
    { ...(tensors.get(`${name}.0`) as SafeTensor), name: 'out_sample' },
  ];
  await writeFile(at(folder, 'unet/recorded.safetensors'), encodeSafetensors(recorded));
}

/** Writes a pipeline in which one weight is different, without a recorded output. @returns the folder */
async function writeOther(): Promise<string> {
  await writePipeline('other', 'scale-shift-resnets');
  await rm(at('other/unet/recorded.safetensors'));
  await changeBias(at('other/unet/diffusion_pytorch_model.safetensors'));
  return at('other');
}

async function changeBias(path: string): Promise<void> {
  const { tensors } = decodeSafetensors(await readFile(path));
  const bias = tensors.get('conv_out.bias') as SafeTensor;
  (bias.data as Float32Array)[0] = 1;
  await writeFile(path, encodeSafetensors([...tensors.values()]));
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-import-'));
  await writePipeline('pipeline', 'scale-shift-resnets');
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('import-model', () => {
  it('imports a diffusers pipeline, compares its output with that of Python, and writes a model that draws', async () => {
    const { code, stdout, stderr } = await isonoise([
      'import-model',
      at('pipeline'),
      '--out',
      at('model'),
      ...FAST,
    ]);
    expect([code, stderr.includes('warning')]).toEqual([0, false]);
    const result = JSON.parse(stdout) as {
      comparison: { largestDifference: number };
      recorded: { largestDifference: number; largestValue: number };
    };
    // `comparison` compares two runtimes in float32. `recorded` compares float32 with a float64 reference.
    expect(result.comparison.largestDifference).toBeLessThan(1e-5);
    expect(result.recorded.largestDifference).toBeLessThan(1e-5 * result.recorded.largestValue);
    const scheduler = JSON.parse(
      await readFile(at('model/scheduler/scheduler_config.json'), 'utf8'),
    ) as object;
    expect(scheduler).toMatchObject({ _class_name: 'DDPMScheduler', beta_schedule: 'squaredcos_cap_v2' });
    const config = JSON.parse(await readFile(at('model/unet/config.json'), 'utf8')) as object;
    expect(config).toMatchObject({ attention_head_dim: 8, resnet_time_scale_shift: 'scale_shift' });

    const drawn = await isonoise([
      ...[
        'sample',
        at('model'),
        '--count',
        '2',
        '--steps',
        '2',
        '--provider',
        'cpu',
        '--out',
        at('drawn.png'),
      ],
    ]);
    expect(drawn.code).toBe(0);
    expect((await readFile(at('drawn.png'))).subarray(1, 4).toString()).toBe('PNG');
  });

  it('reports a recorded output that does not fit the network before it converts the weights', async () => {
    await writePipeline('misfit', 'scale-shift-resnets');
    const path = at('misfit/unet/recorded.safetensors');
    const { tensors } = decodeSafetensors(await readFile(path));
    const wrong: SafeTensor = {
      ...{ name: 'out_sample', dtype: 'F32', shape: [2, 3, 4, 4] },
      data: new Float32Array(96),
    };
    await writeFile(
      path,
      encodeSafetensors([...tensors.values()].map((each) => (each.name === wrong.name ? wrong : each))),
    );
    const { code, stderr } = await isonoise([
      'import-model',
      at('misfit'),
      '--out',
      at('misfit-model'),
      ...FAST,
    ]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('error IMPORT_FILE')]);
    // This line is printed before the network is traced.
    expect(stderr).not.toContain('parameters');
    await expect(readFile(at('misfit-model/isonoise.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('writes no files if the output differs from the output that Python recorded', async () => {
    await writePipeline('changed', 'scale-shift-resnets');
    await changeBias(at('changed/unet/diffusion_pytorch_model.safetensors'));
    const { code, stdout } = await isonoise(['import', at('changed'), '--out', at('no-model'), ...FAST]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'IMPORT_DIFFERS' } });
    expect(await readdir(root)).not.toContain('no-model');
  });

  it('imports a weights file with the configuration of --config', async () => {
    const { config, weights } = await reference('grey');
    await writeFile(at('grey.json'), JSON.stringify(config));
    await writeFile(at('grey.safetensors'), encodeSafetensors(weights));
    const file = ['import-model', at('grey.safetensors'), '--out', at('grey'), ...FAST];
    const without = await isonoise(file);
    expect(without.code).toBe(2);
    expect(without.stdout).toContain('Name the configuration with --config');
    const { code, stdout, stderr } = await isonoise([...file, '--config', at('grey.json')]);
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ recorded: null })]);
    expect(stderr).toContain('the model has no scheduler; took the defaults of DDPMScheduler');
  });

  it('warns if it is unknown whether the last class means "no class"', async () => {
    const { config, weights } = await reference('classes');
    await writeFile(at('classes.json'), JSON.stringify(config));
    await writeFile(at('classes.safetensors'), encodeSafetensors(weights));
    const args = ['import-model', at('classes.safetensors'), '--config', at('classes.json'), ...FAST];
    await writeFile(at('five.txt'), 'a\nb\nc\nd\ne\n');
    const warning = 'whether the last of the 5 classes means "no class"; it was imported as class 4';
    for (const [out, flags, names, warned] of [
      ['unnamed', [], '0, 1, 2, 3, 4', true],
      ['null-class', ['--null-class'], '0, 1, 2, 3; guided, null class 4', false],
      ['no-null-class', ['--no-null-class'], '0, 1, 2, 3, 4', false],
      ['five-names', ['--class-names', at('five.txt')], 'a, b, c, d, e', false],
    ] as const) {
      const { code, stderr } = await isonoise([...args, ...flags, '--out', at(out)]);
      expect([code, stderr.includes(warning), stderr.includes('--no-null-class turns this')]).toEqual([
        0,
        warned,
        warned,
      ]);
      expect((await isonoise(['info', at(out)])).stdout).toMatch(new RegExp(`classes +${names}\n`));
    }
    const four = ['--no-null-class', '--class-names', at('four.txt'), '--out', at('four')];
    await writeFile(at('four.txt'), 'a\nb\nc\nd\n');
    expect((await isonoise([...args, ...four])).stdout).toContain(
      'but 4 names were given; expected 5. Correct',
    );
  });

  it('writes int8 weights with --precision int8; a re-export can change the precision', async () => {
    const int8 = ['--precision', 'int8', ...FAST];
    const imported = await isonoise(['import-model', at('pipeline'), '--out', at('int8'), ...int8]);
    expect(JSON.parse(imported.stdout)).toMatchObject({ precision: 'int8', drift: { image: {} } });
    const verified = await isonoise(['verify', at('int8'), '--json']);
    // Export and sampling compute with the same kernels, so the golden record has no difference on this machine.
    expect(JSON.parse(verified.stdout)).toMatchObject({
      golden: { ok: true, prediction: { difference: 0 }, image: { difference: 0 } },
    });
    const again = ['export-onnx', at('int8'), '--out', at('again'), ...FAST];
    expect(JSON.parse((await isonoise(again)).stdout)).toMatchObject({ precision: 'int8' });
    const exact = await isonoise([...again, '--force', '--precision', 'fp32']);
    expect(JSON.parse(exact.stdout)).toMatchObject({ precision: 'float32', drift: null });
    const both = await isonoise([...again, '--precision', 'int8', '--fp16']);
    expect([both.code, both.stdout]).toEqual([2, expect.stringContaining('cannot be used with option')]);
    const unknown = await isonoise([...again, '--precision', 'int4']);
    expect([unknown.code, unknown.stdout]).toEqual([2, expect.stringContaining('Expected fp32, fp16, int8')]);
  });

  it('writes a .onnx file with --single-file that draws the same image as the folder', async () => {
    const file = at('one.onnx');
    const args = ['import-model', at('pipeline'), '--out', at('one'), '--single-file', file, ...FAST];
    expect((await isonoise(args)).code).toBe(0);
    const drawn = async (model: string, out: string): Promise<Buffer> => {
      const drawing = ['--steps', '2', '--provider', 'cpu', '--out', at(out)];
      expect((await isonoise(['sample', model, ...drawing])).code).toBe(0);
      return readFile(at(out));
    };
    expect(await drawn(file, 'file.png')).toEqual(await drawn(at('one'), 'folder.png'));
    const refused = await isonoise(['import-model', file, '--out', at('again-one')]);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('run pnpm export-onnx <model> --out <folder> --single-file <file>'),
    ]);
    // import-model can read the folder, because its network is a UNet2DModel. It recommends export-onnx,
    // which keeps the card.
    const again = await isonoise([...args.with(1, at('one')).with(3, at('two')).with(5, at('two.onnx'))]);
    expect([again.code, again.stderr]).toEqual([
      0,
      expect.stringContaining(`pnpm export-onnx ${at('one')} exports it again`),
    ]);
  });

  it('keeps the sections of a replaced card if the weights are equal, and otherwise warns', async () => {
    const args = ['--out', at('replaced'), ...FAST];
    expect((await isonoise(['import-model', at('pipeline'), ...args])).code).toBe(0);
    await writeCard(at('replaced'), await readCard(at('replaced')), { Speed: 'fast' });
    const same = await isonoise(['import-model', at('pipeline'), ...args, '--force']);
    expect([same.code, same.stderr]).toEqual([0, expect.not.stringContaining('replaced model')]);
    expect(await readCard(at('replaced'))).toContain('## Speed\n\nfast');

    const other = await isonoise(['import-model', await writeOther(), ...args, '--force']);
    expect([other.code, other.stderr]).toEqual([
      0,
      expect.stringContaining('the new card does not have: Speed. Measure the new model'),
    ]);
    expect(await readCard(at('replaced'))).not.toContain('Speed');
  });

  it('writes a model whose re-export keeps the sections of a replaced card, or warns about lost sections', async () => {
    for (const [name, source] of [
      ['first', at('pipeline')],
      ['second', await writeOther()],
    ] as const)
      expect((await isonoise(['import-model', source, '--out', at(name), ...FAST])).code).toBe(0);
    await writeCard(at('second'), await readCard(at('second')), { Notes: 'mine' });
    const exportTo = (out: string): ReturnType<typeof isonoise> =>
      isonoise(['export-onnx', at('first'), '--out', at(out), '--force', ...FAST]);
    const other = await exportTo('second');
    expect([other.code, other.stderr]).toEqual([
      0,
      expect.stringContaining(
        `replaced model ${at('second')} had sections that the new card does not have: Notes.`,
      ),
    ]);
    await writeCard(at('first'), await readCard(at('first')), { Notes: 'mine' });
    const same = await exportTo('first');
    expect([same.code, same.stderr]).toEqual([0, expect.not.stringContaining('replaced model')]);
    expect(await readFile(at('first', 'README.md'), 'utf8')).toContain('## Notes\n\nmine');
  });

  it('escapes line breaks in names of tensors and files', async () => {
    const path = at('a\nerror: forged.safetensors');
    const { config, weights } = await reference('scale-shift-resnets');
    await writeFile(at('names.json'), JSON.stringify(config));
    const extra = { name: 'x\nerror: forged', dtype: 'F32', shape: [1], data: Float32Array.of(1) } as const;
    await writeFile(path, encodeSafetensors([...weights, extra]));
    const args = ['import-model', path, '--config', at('names.json'), '--out', at('names')];
    for (const flags of [[], ['--ignore-unused', '--reference', 'cpu', '--sample-steps', '2']]) {
      const { stderr } = await isonoise([...args, ...flags]);
      expect(stderr).toContain('x\\x0aerror: forged');
      expect(stderr).toContain('a\\x0aerror: forged.safetensors');
      expect(stderr).not.toContain('\nerror: forged');
    }
  });

  it('refuses a path that does not exist, and a folder without a model', async () => {
    const nowhere = await isonoise(['import-model', at('nowhere'), '--out', at('x'), '--json']);
    expect(JSON.parse(nowhere.stdout)).toMatchObject({ error: { code: 'CLI_UNKNOWN_FILE' } });
    await mkdir(at('empty'));
    const empty = await isonoise(['import-model', at('empty'), '--out', at('x'), '--json']);
    expect(JSON.parse(empty.stdout)).toMatchObject({
      error: {
        code: 'IMPORT_FILE',
        message: expect.stringContaining('has no files; expected unet/config.json'),
      },
    });
  });
});
