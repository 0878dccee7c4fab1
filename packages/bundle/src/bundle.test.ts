import { describe, expect, it } from 'vitest';
import { BundleError } from './error.ts';
import { BUNDLE_PATHS, type BundleFiles, isBundlePath, memoryFiles } from './files.ts';
import type { Golden } from './golden.ts';
import { readBundle, readWeights } from './read-bundle.ts';
import { toSchedulerConfig } from './schedule-mapping.ts';
import type { ModelSpec } from './spec.ts';
import { verifyBundle } from './verify-bundle.ts';
import { type BundleParts, resealBundle, writeBundle } from './write-bundle.ts';

const spec: ModelSpec = {
  name: 'digits',
  image: { channels: 1, height: 8, width: 8 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }, { prediction_type: 'epsilon' }),
  classes: { count: 3, names: ['zero', 'one'], nullClass: 2 },
};
const golden: Golden = {
  seed: '18446744073709551615',
  sampler: 'ddim',
  steps: 10,
  eta: 0,
  class: 1,
  guidance: 2,
  prediction: { t: 500, values: [Math.fround(0.1), -1.5], tolerance: 1e-5 },
  image: { values: [0.25], tolerance: 1e-4 },
  pngSha256: null,
};
const parts: BundleParts = {
  spec,
  unetConfig: {
    _class_name: 'UNet2DModel',
    sample_size: 8,
    in_channels: 1,
    num_class_embeds: 3,
    theirs: [1, 2],
  },
  onnx: Uint8Array.of(8, 9),
  weights: [{ name: 'conv_in.weight', dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }],
  training: { dataset: 'mnist', steps: 100 },
  golden,
  readme: '# digits\n',
  extra: { 'plots/loss.svg': Uint8Array.of(1) },
};

async function written(): Promise<Required<BundleFiles>> {
  const files = memoryFiles();
  await writeBundle(files, parts);
  return files;
}

/** A bundle with one JSON file changed and, so that the change is what is found, sealed again. */
async function changed(path: string, change: Record<string, unknown>): Promise<BundleFiles> {
  const files = await written();
  const json = JSON.parse(new TextDecoder().decode(await files.read(path))) as object;
  await files.write(path, new TextEncoder().encode(JSON.stringify({ ...json, ...change })));
  if (path !== BUNDLE_PATHS.manifest) await resealBundle(files);
  return files;
}

async function failure(act: Promise<unknown>): Promise<BundleError> {
  const error: unknown = await act.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BundleError);
  return error as BundleError;
}

describe('writeBundle and readBundle', () => {
  it('gives back what was written', async () => {
    const files = await written();
    const bundle = await readBundle(files);
    expect(bundle.spec).toEqual({ ...spec, scheduler: bundle.spec.scheduler });
    expect(bundle.spec.scheduler).toEqual({ _diffusers_version: expect.any(String), ...spec.scheduler });
    expect(bundle.unetConfig).toEqual(parts.unetConfig);
    expect(bundle.onnx).toEqual(parts.onnx);
    expect(bundle.manifest.golden).toEqual(golden);
    expect(bundle.manifest.training).toEqual(parts.training);
    const weights = await readWeights(files, bundle.manifest);
    expect(weights.tensors.get('conv_in.weight')?.data).toEqual(Float32Array.of(1, 2));
    expect(weights.metadata).toEqual({ format: 'pt' });
  });

  it('writes the manifest last, and the scheduler with trained_betas null', async () => {
    const files = memoryFiles();
    const order: string[] = [];
    const write: BundleFiles['write'] = (path, bytes) => {
      order.push(path);
      return files.write(path, bytes);
    };
    await writeBundle({ ...files, write }, parts);
    expect(order.at(-1)).toBe('isonoise.json');
    expect(order).toHaveLength(8);
    const scheduler = new TextDecoder().decode(await files.read(BUNDLE_PATHS.scheduler));
    expect(scheduler).toContain('"trained_betas": null');
    const index: unknown = JSON.parse(new TextDecoder().decode(await files.read(BUNDLE_PATHS.modelIndex)));
    expect(index).toMatchObject({
      _class_name: 'DDPMPipeline',
      scheduler: ['diffusers', 'DDPMScheduler'],
      unet: ['diffusers', 'UNet2DModel'],
    });
  });

  it('records the SHA-256 of each file', async () => {
    const { manifest } = await readBundle(await written());
    // sha256sum of the one byte 0x01.
    expect(manifest.files['plots/loss.svg']).toEqual({
      sha256: '4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a',
      bytes: 1,
    });
  });

  it('reads only what sampling needs where asked to', async () => {
    const files = await written();
    const read: string[] = [];
    const watched: BundleFiles = {
      read: (path) => {
        read.push(path);
        return files.read(path);
      },
    };
    await readBundle(watched, { scope: 'sampling' });
    expect(read).not.toContain(BUNDLE_PATHS.weights);
    await files.write(BUNDLE_PATHS.weights, Uint8Array.of(1));
    await readBundle(watched, { scope: 'sampling' });
    expect((await failure(readBundle(files))).code).toBe('BUNDLE_HASH_MISMATCH');
  });

  it('refuses a changed file, saying file, got, wanted and what to do', async () => {
    const files = await written();
    await files.write(BUNDLE_PATHS.onnx, Uint8Array.of(8, 10));
    const error = await failure(readBundle(files));
    expect(error.code).toBe('BUNDLE_HASH_MISMATCH');
    expect(error.message).toMatch(
      /unet\/model\.onnx: SHA-256 is [0-9a-f]{64}; wanted [0-9a-f]{64}\. .*get it again/,
    );
    await files.write(BUNDLE_PATHS.onnx, Uint8Array.of(8));
    expect((await failure(readBundle(files))).message).toContain('got 1 bytes; wanted 2');
    await expect(readBundle(files, { verifyHashes: false })).resolves.toMatchObject({
      onnx: Uint8Array.of(8),
    });
  });

  it('accepts a change that was sealed', async () => {
    const files = await written();
    await files.write('README.md', new TextEncoder().encode('# better\n'));
    await failure(readBundle(files));
    await resealBundle(files);
    await expect(readBundle(files)).resolves.toMatchObject({ manifest: { name: 'digits' } });
  });

  it.each<[string, string, Record<string, unknown>, string, string]>([
    [
      'an unknown key of ours',
      'isonoise.json',
      { goldn: 1 },
      'BUNDLE_FILE_INVALID',
      'goldn: unknown key; allowed are format,',
    ],
    ['a missing key of ours', 'isonoise.json', { image: undefined }, 'BUNDLE_FILE_INVALID', 'image'],
    ['a later version', 'isonoise.json', { formatVersion: 2 }, 'BUNDLE_VERSION', 'this isonoise reads 1'],
    [
      'a path out of the folder',
      'isonoise.json',
      { files: { '../x': { sha256: 'a'.repeat(64), bytes: 1 } } },
      'BUNDLE_FILE_INVALID',
      'relative path',
    ],
    [
      'no entry for the model',
      'isonoise.json',
      { files: {} },
      'BUNDLE_FILE_MISSING',
      'files has no model_index.json',
    ],
    [
      'another prediction type',
      'isonoise.json',
      { predictionType: 'sample' },
      'BUNDLE_INCONSISTENT',
      'epsilon',
    ],
    [
      'another image size',
      'unet/config.json',
      { sample_size: [8, 9] },
      'BUNDLE_INCONSISTENT',
      'sample_size (width): 9; elsewhere 8',
    ],
    [
      'another number of classes',
      'unet/config.json',
      { num_class_embeds: 10 },
      'BUNDLE_INCONSISTENT',
      'num_class_embeds: 10',
    ],
    [
      'another pipeline',
      'model_index.json',
      { _class_name: 'StableDiffusionPipeline' },
      'BUNDLE_FILE_INVALID',
      'DDPMPipeline',
    ],
    [
      'thresholding',
      'scheduler/scheduler_config.json',
      { thresholding: true },
      'BUNDLE_FILE_INVALID',
      'thresholding',
    ],
    [
      'a learned variance',
      'scheduler/scheduler_config.json',
      { variance_type: 'learned_range' },
      'BUNDLE_FILE_INVALID',
      'variance_type',
    ],
    [
      'too few betas',
      'scheduler/scheduler_config.json',
      { trained_betas: [0.1] },
      'BUNDLE_FILE_INVALID',
      'wanted 1000',
    ],
  ])('refuses %s', async (_name, path, change, code, text) => {
    const error = await failure(readBundle(await changed(path, change)));
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
  });

  it('keeps the keys of others', async () => {
    const files = await changed(BUNDLE_PATHS.scheduler, { sample_max_value: 1.5 });
    expect((await readBundle(files)).spec.scheduler.sample_max_value).toBe(1.5);
  });

  it('says what is missing', async () => {
    const error = await failure(readBundle(memoryFiles()));
    expect(error.code).toBe('BUNDLE_FILE_MISSING');
    expect(error.message).toContain('isonoise.json');
    expect(error.cause).toBeInstanceOf(Error);
  });

  it.each<[string, Partial<BundleParts>, string]>([
    ['a number that JSON cannot hold', { training: { loss: Number.NaN } }, 'BUNDLE_FILE_INVALID'],
    [
      'an extra file over one of ours',
      { extra: { 'unet/model.onnx': Uint8Array.of(1) } },
      'BUNDLE_INCONSISTENT',
    ],
    ['an extra file outside', { extra: { '/etc/x': Uint8Array.of(1) } }, 'BUNDLE_INCONSISTENT'],
    [
      'classes without names',
      { spec: { ...spec, classes: { count: 3, names: [], nullClass: 2 } } },
      'BUNDLE_FILE_INVALID',
    ],
    [
      'an unconditional network with classes',
      { unetConfig: { in_channels: 1, sample_size: 8 } },
      'BUNDLE_INCONSISTENT',
    ],
  ])('does not finish %s', async (_name, part, code) => {
    const files = memoryFiles();
    expect((await failure(writeBundle(files, { ...parts, ...part }))).code).toBe(code);
    expect(await files.list()).not.toContain('isonoise.json');
  });

  it('does not write where it cannot', async () => {
    const { read } = memoryFiles();
    expect((await failure(writeBundle({ read }, parts))).code).toBe('BUNDLE_READ_ONLY');
  });
});

describe('verifyBundle', () => {
  it('reports on every file', async () => {
    const files = await written();
    expect(await verifyBundle(files)).toMatchObject({ ok: true });
    await files.write('README.md', Uint8Array.of(1));
    await files.write('notes.txt', Uint8Array.of(1));
    const read: BundleFiles['read'] = (path) =>
      path === BUNDLE_PATHS.weights ? Promise.reject(new Error('gone')) : files.read(path);
    const { ok, checks } = await verifyBundle({ ...files, read });
    expect(ok).toBe(false);
    const found = Object.fromEntries(checks.map(({ path, status }) => [path, status]));
    expect(found).toMatchObject({
      'README.md': 'mismatch',
      'notes.txt': 'unlisted',
      [BUNDLE_PATHS.weights]: 'missing',
      [BUNDLE_PATHS.onnx]: 'ok',
    });
  });
});

describe('isBundlePath', () => {
  it.each(['a', 'unet/model.onnx', 'a b/ü.png', '..a'])('accepts %s', (path) =>
    expect(isBundlePath(path)).toBe(true),
  );
  it.each(['', '/a', '../a', 'a/../b', 'a//b', './a', 'a/', 'a\\b', 'C:a', 'a\0b'])('refuses %j', (path) =>
    expect(isBundlePath(path)).toBe(false),
  );
});
