// isonoise 0.1.0 exported testdata/leading, with the timestep spacing `leading`. The bundle has format 1, in which the
// manifest does not contain its own hash. This bundle must keep working as before.
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBundle, schedulerMeaning, verifyBundle } from '@isonoise/bundle';
import { contactSheet, encodePng } from '@isonoise/picture';
import type { Model } from '@isonoise/runtime';
import { loadModel, nodeFiles } from '@isonoise/runtime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';

const OLD = join(import.meta.dirname, 'testdata', 'leading');

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-old-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function withModel<T>(folder: string, use: (model: Model) => Promise<T>): Promise<T> {
  const model = await loadModel(folder, { provider: 'cpu', threads: 1 });
  try {
    return await use(model);
  } finally {
    await model.dispose();
  }
}

/**
 * Options of sheets in version 0.1.0: a stronger guidance, and ten columns, of which this sheet fills four.
 */
const OF_OLD = { columns: 10, guidance: 2 };

/** Draws the sheet that an export of this model draws: four images of 8 × 8, classes in turn, three steps. */
async function sheet(
  model: Model,
  { columns, guidance }: { readonly columns: number; readonly guidance?: number } = { columns: 4 },
): Promise<{ png: Uint8Array; timesteps: number[] }> {
  const request = { seed: 7, count: 4, steps: 3, class: [0, 1, 2, 0], guidance };
  const timesteps: number[] = [];
  let images: Float32Array = new Float32Array(0);
  for await (const { x, t } of model.sample(request)) {
    timesteps.push(t);
    images = x;
  }
  return { png: encodePng(contactSheet(images, [4, 1, 8, 8], { columns, scale: 2 })), timesteps };
}

describe('a bundle of format 1 with spacing leading', () => {
  it('keeps its committed images', async () => {
    await withModel(OLD, async (model) => {
      const { png, timesteps } = await sheet(model, OF_OLD);
      expect(timesteps).toEqual([666, 333, 0]);
      expect(Buffer.compare(png, await readFile(join(OLD, 'samples.png')))).toBe(0);
      const { ok, pixels } = await model.verify();
      expect(ok).toBe(true);
      const golden = encodePng(contactSheet(pixels, [1, 1, 8, 8], { gap: 0 }));
      const { manifest } = await readBundle(nodeFiles(OLD));
      expect(createHash('sha256').update(golden).digest('hex')).toBe(manifest.golden?.pngSha256);
    });
  });

  it('refuses fractional times until it is rebuilt from its weights', async () => {
    const flags = ['--seed', '1', '--count', '1', '--steps', '3', '--sigmas', 'karras', '--out'];
    const before = await isonoise(['sample', OLD, ...flags, at('before.png')]);
    expect(before.code).toBe(2);
    expect(before.stderr).toMatch(/expected whole timesteps, because the graph of .* was exported/);
    expect((await isonoise(['export-onnx', OLD, '--out', at('rebuilt'), '--samples', '4'])).code).toBe(0);
    const after = await isonoise(['sample', at('rebuilt'), ...flags, at('after.png')]);
    expect(after.code, after.stderr).toBe(0);
  });

  it('is verified, and the command lists what cannot be checked', async () => {
    const { ok, unproven } = await verifyBundle(nodeFiles(OLD));
    expect({ ok, unproven }).toEqual({ ok: true, unproven: [expect.stringContaining('has format 1')] });
    const { code, stdout } = await isonoise(['verify', OLD, '--provider', 'cpu']);
    expect(code).toBe(0);
    expect(stdout).toContain('contains no hash of itself (format 1)');
    expect(stdout).toMatch(/not proven +isonoise\.json has format 1/);
  });

  it('is rejected if its swapped class names contradict its graph', async () => {
    await cp(OLD, at('swapped'), { recursive: true });
    const path = at('swapped', 'isonoise.json');
    const text = await readFile(path, 'utf8');
    await writeFile(
      path,
      text.replace('"class 0"', '"x"').replace('"class 1"', '"class 0"').replace('"x"', '"class 1"'),
    );
    const { code, stderr } = await isonoise(['verify', at('swapped')]);
    expect(code).toBe(1);
    expect(stderr).toContain('contradict the metadata of unet/model.onnx');
    await expect(loadModel(at('swapped'))).rejects.toMatchObject({ code: 'BUNDLE_INCONSISTENT' });
  });
});

describe('a re-exported model', () => {
  const again = (out: string, ...flags: string[]) =>
    isonoise(['export-onnx', OLD, '--out', out, '--samples', '4', '--sample-steps', '3', '--json', ...flags]);

  it('has the same weights bit for bit, the current format, and spacing trailing', async () => {
    const out = at('trailing');
    const { code, stdout } = await again(out);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'trailing', step: null });
    for (const file of [
      'unet/diffusion_pytorch_model.safetensors',
      'unet/config.json',
      'model_index.json',
      'loss.svg',
    ]) {
      expect(Buffer.compare(await readFile(join(out, file)), await readFile(join(OLD, file))), file).toBe(0);
    }
    const { manifest, spec } = await readBundle(nodeFiles(out));
    expect(manifest).toMatchObject({ formatVersion: 2, training: { dataset: 'none' } });
    expect(spec.scheduler.timestep_spacing).toBe('trailing');
    const card = await readFile(join(out, 'README.md'), 'utf8');
    expect(card).toContain('license: apache-2.0');
    expect(card).toContain('| Timesteps | spacing trailing |');
    expect(card).toMatch(/```sh\npnpm export-onnx\nisonoise/);
    await withModel(out, async (model) => {
      const { png, timesteps } = await sheet(model);
      expect(timesteps).toEqual([999, 666, 332]);
      expect(Buffer.compare(png, await readFile(join(out, 'samples.png')))).toBe(0);
      expect((await model.verify()).ok).toBe(true);
    });
  });

  it('has the same images if its spacing is kept, even if the export replaces the model', async () => {
    const out = at('leading');
    await cp(OLD, out, { recursive: true });
    const args = [
      'export-onnx',
      out,
      '--out',
      out,
      '--spacing',
      'leading',
      '--samples',
      '4',
      '--sample-steps',
      '3',
    ];
    expect((await isonoise([...args, '--quiet'])).stderr).toContain('CLI_OUTPUT_EXISTS');
    expect((await isonoise([...args, '--quiet', '--force'])).code).toBe(0);
    expect(await readdir(root)).not.toContainEqual(expect.stringMatching(/^\./));
    const [before, after] = [await readBundle(nodeFiles(OLD)), await readBundle(nodeFiles(out))];
    expect(after.manifest.golden).toEqual(before.manifest.golden);
    const { png } = await withModel(OLD, (model) => sheet(model));
    expect(Buffer.compare(png, await readFile(join(out, 'samples.png')))).toBe(0);
  });

  it('is sampled with the sampler that was given to the export', async () => {
    const out = at('unipc');
    const flags = ['--sampler', 'unipc', '--order', '3', '--steps', '3', '--spacing', 'karras'];
    expect((await again(out, ...flags)).code).toBe(0);
    const file = JSON.parse(await readFile(join(out, 'scheduler/scheduler_config.json'), 'utf8'));
    expect(file).toMatchObject({
      _class_name: 'UniPCMultistepScheduler',
      solver_order: 3,
      use_karras_sigmas: true,
      _isonoise: { steps: 3, clip: 1 },
    });
    const images = async (request: object): Promise<readonly number[]> => {
      let last: readonly number[] = [];
      await withModel(out, async (model) => {
        for await (const { x } of model.sample({ seed: 1, ...request })) last = [...x];
      });
      return last;
    };
    const own = await images({});
    expect(own).toEqual(await images({ sampler: 'unipc', order: 3, steps: 3, spacing: 'karras', clip: 1 }));
    expect(own).not.toEqual(await images({ sampler: 'ddim', steps: 3 }));
  });

  it('keeps the recommended guidance in later exports, and the golden record of the first', async () => {
    const [first, second] = [at('guided'), at('guided-int8')];
    expect((await again(first, '--guidance', '2.25', '--spacing', 'leading')).code).toBe(0);
    const { code, stderr } = await isonoise([
      ...['export-onnx', first, '--out', second, '--precision', 'int8', '--reference', 'cpu'],
      ...['--samples', '1', '--sample-steps', '1'],
    ]);
    expect(code, stderr).toBe(0);
    for (const folder of [first, second]) {
      const { spec } = await readBundle(nodeFiles(folder));
      expect(schedulerMeaning(spec.scheduler).guidance).toBe(2.25);
      expect(await readFile(join(folder, 'README.md'), 'utf8')).toContain('recommended scale 2.25');
    }
    const [before, after] = [await readBundle(nodeFiles(OLD)), await readBundle(nodeFiles(first))];
    expect(after.manifest.golden).toEqual(before.manifest.golden);
  });

  it.each([
    [['--eta', '0.5'], '--eta: belongs to a sampler; expected --sampler. Add --sampler.'],
    [['--sampler', 'unipc', '--eta', '0.5'], '--eta: is not a setting of the sampler unipc;'],
    [['--checkpoint', 'best'], '--checkpoint: '],
    [['--raw'], '--raw: '],
  ])('cannot be made with %j', async (flags, message) => {
    const { code, stderr } = await again(at('refused'), ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(await readdir(root)).not.toContain('refused');
  });
});
