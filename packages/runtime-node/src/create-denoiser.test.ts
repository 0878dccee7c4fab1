import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BundleParts, readBundle, toSingleFile, writeBundle } from '@isonoise/bundle';
import { createModel, type DenoiserHandle, type Model, makeGolden } from '@isonoise/runtime';
import { zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { convDenoiser, convReference, convSpec } from '../testdata/conv-denoiser.ts';
import { createDenoiser, loadModel } from './create-denoiser.ts';
import { nodeFiles } from './node-files.ts';

const net = { spec: convSpec, width: 8, depth: 2 };
const networkConfig = {
  _class_name: 'UNet2DModel',
  sample_size: [6, 5],
  in_channels: 2,
  num_class_embeds: 3,
};

let directory = '';
let bundleParts: BundleParts;
/** Handle for tests without special options. They share it, because starting a thread takes a while. */
let cpu: DenoiserHandle;
const handles: DenoiserHandle[] = [];

/** Opens a handle, and disposes it after the test. */
async function open(...args: Parameters<typeof createDenoiser>): Promise<DenoiserHandle> {
  const handle = await createDenoiser(...args);
  handles.push(handle);
  return handle;
}

async function failure(act: Promise<unknown>): Promise<Error> {
  const error: unknown = await act.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Error;
}

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'isonoise-'));
  bundleParts = { spec: convSpec, networkConfig, onnx: convDenoiser(net) };
  await writeBundle(nodeFiles(directory), bundleParts);
  cpu = await createDenoiser(directory, { provider: 'cpu' });
});
afterEach(async () => {
  for (const handle of handles.splice(0)) await handle.dispose();
});
afterAll(async () => {
  await cpu.dispose();
  await rm(directory, { recursive: true });
  for (const ending of ['.zip', '-folder.onnx', '-folder.zip', '-one.onnx'])
    await rm(`${directory}${ending}`, { recursive: true, force: true });
});

const images = 3;
const x = Float32Array.from({ length: images * 60 }, (_, i) => Math.sin(i));
const t = Float32Array.of(0, 50, 99);
const labels = Int32Array.of(2, 0, 1);

describe('createDenoiser', () => {
  it('computes the same output as a float64 reference', async () => {
    const { denoise, provider, spec } = cpu;
    expect(provider).toEqual({ name: 'cpu', reason: 'requested' });
    expect(spec.name).toBe('conv');
    const output = await denoise(x, t, labels);
    const expected = convReference(net, x, t, labels);
    expect(output).toHaveLength(expected.length);
    // Three layers sum up to 72 float32 products of order 1, with about 10 rounding errors of 2⁻²⁴.
    for (const [i, value] of expected.entries())
      expect(Math.abs((output[i] ?? 9) - value)).toBeLessThan(1e-5);
  });

  it('does not change its arguments and returns a new array', async () => {
    const { denoise } = cpu;
    const before = x.slice();
    const first = await denoise(x, t, labels);
    const second = await denoise(x, t, labels);
    expect(x).toEqual(before);
    expect(labels).toHaveLength(3);
    expect(second).toEqual(first);
    expect(second.buffer).not.toBe(first.buffer);
    expect(first.buffer.byteLength).toBe(first.byteLength);
  });

  it('computes bit-identical images in any batch and with any number of threads', async () => {
    const [one, two] = await Promise.all([
      open(directory, { provider: 'cpu', threads: 1 }),
      open(directory, { provider: 'cpu', threads: 2 }),
    ]);
    const together = await one.denoise(x, t, labels);
    expect(await two.denoise(x, t, labels)).toEqual(together);
    for (let i = 0; i < images; i++) {
      const alone = await two.denoise(
        x.subarray(60 * i, 60 * (i + 1)),
        t.subarray(i, i + 1),
        labels.subarray(i, i + 1),
      );
      expect(alone).toEqual(together.subarray(60 * i, 60 * (i + 1)));
    }
  });

  it('opens a folder with any name, a zip, URLs of both, a single ONNX file and a bundle', async () => {
    const onnx = path.join(directory, 'unet/model.onnx');
    const files = nodeFiles(directory);
    const bundle = await readBundle(files);
    const contents = (await files.list()).map(
      async (file) => [`conv/${file}`, await files.read(file)] as const,
    );
    const zip = `${directory}.zip`;
    await writeFile(zip, zipSync(Object.fromEntries(await Promise.all(contents))));
    // Even a folder whose name looks like a file.
    const folders = [`${directory}-folder.onnx`, `${directory}-folder.zip`];
    for (const folder of folders) await cp(directory, folder, { recursive: true });
    const expected = await cpu.denoise(x, t, labels);
    const one = `${directory}-one.onnx`;
    await writeFile(one, toSingleFile(bundle));
    for (const source of [
      ...folders,
      pathToFileURL(directory).href,
      zip,
      pathToFileURL(zip),
      pathToFileURL(onnx),
      one,
      bundle,
    ]) {
      const { denoise, spec } = await open(source, { provider: 'cpu' });
      expect(spec.classes).toEqual(convSpec.classes);
      expect(await denoise(x, t, labels)).toEqual(expected);
    }
    // The file is copied to the worker, not transferred.
    expect(bundle.onnx.length).toBeGreaterThan(0);
  });

  it('reports the provider that auto chooses, and the reason', async () => {
    const { provider } = await open(directory);
    // Machines differ, so the test only checks that the reason names every candidate.
    expect(['cuda', 'webgpu', 'cpu']).toContain(provider.name);
    expect(provider.reason).toMatch(/cuda: .*webgpu: /s);
  });

  it('uses the requested provider or rejects with the reason', async () => {
    // The npm package onnxruntime-node has no CUDA libraries. The model opens only where they are installed.
    const outcome = await open(directory, { provider: 'cuda' }).catch((reason: unknown) => reason);
    if (outcome instanceof Error) {
      expect(outcome).toMatchObject({ name: 'IsonoiseError', code: 'RUNTIME_PROVIDER' });
      expect(outcome.message).toMatch(/provider 'cuda' cannot run the model:\n {2}cuda: \S+/);
    } else {
      expect(outcome).toMatchObject({ provider: { name: 'cuda', reason: 'requested' } });
    }
  });

  it('rejects invalid arguments with a code, also from the worker, and stays usable', async () => {
    const { denoise } = cpu;
    const error = await failure(denoise(x, t, Int32Array.of(0, 1, 3)));
    expect(error).toMatchObject({ name: 'IsonoiseError', code: 'RUNTIME_INPUT' });
    expect(error.message).toContain('labels[2] is 3; expected a class in [0, 2]');
    expect(await failure(denoise(x, t))).toMatchObject({ code: 'RUNTIME_INPUT' });
    expect(await failure(denoise(x.subarray(1), t, labels))).toMatchObject({ code: 'RUNTIME_INPUT' });
    expect(await failure(denoise(x, Float32Array.of(0, -1, 2), labels))).toMatchObject({
      code: 'RUNTIME_INPUT',
    });
    expect(await denoise(x, t, labels)).toHaveLength(x.length);
  });

  it('rejects a graph that does not fit the bundle and lists the differences', async () => {
    const other = { ...convSpec, image: { channels: 3, height: 6, width: 5 }, classes: null };
    const bundle = await readBundle(nodeFiles(directory));
    for (const provider of ['auto', 'cpu'] as const) {
      const error = await failure(createDenoiser({ ...bundle, spec: other }, { provider }));
      expect(error).toMatchObject({ code: 'RUNTIME_CONTRACT' });
      expect(error.message).toContain(
        'input sample: float32 [batch, 2, 6, 5]; expected float32 [batch, 3, 6, 5]',
      );
      expect(error.message).toContain('input class_labels: int32 [batch]; unexpected input');
    }
  });

  it('verifies hashes unless verifyHashes is false', async () => {
    const changed = await mkdtemp(path.join(tmpdir(), 'isonoise-'));
    const files = nodeFiles(changed);
    await writeBundle(files, { ...bundleParts, readme: 'a' });
    await files.write('README.md', new Uint8Array([98]));
    expect(await failure(createDenoiser(changed))).toMatchObject({ code: 'BUNDLE_HASH_MISMATCH' });
    expect(
      await (await open(changed, { provider: 'cpu', verifyHashes: false })).denoise(x, t, labels),
    ).toHaveLength(x.length);
    await rm(changed, { recursive: true });
  });

  it('rejects sources that are not models', async () => {
    const file = path.join(directory, 'notes.onnx');
    await writeFile(file, 'not a model');
    expect(await failure(createDenoiser(file))).toMatchObject({ code: 'BUNDLE_METADATA' });
    await rm(file);
    for (const absent of ['/no/such/folder', '/no/such/model.zip', '/no/such/model.onnx'])
      expect(await failure(createDenoiser(absent))).toMatchObject({
        code: 'BUNDLE_FILE_MISSING',
        message: `${absent} does not exist; expected the folder of a bundle (with isonoise.json), its .zip, or an .onnx file exported by isonoise.`,
        cause: { code: 'ENOENT' },
      });
    expect(await failure(createDenoiser(tmpdir()))).toMatchObject({
      code: 'BUNDLE_FILE_MISSING',
      message: expect.stringContaining(`${tmpdir()}: contains no isonoise.json. Check that`),
      cause: { code: 'ENOENT' },
    });
    expect(await failure(createDenoiser('https://example.org/m'))).toMatchObject({ code: 'RUNTIME_REQUEST' });
    expect(await failure(createDenoiser(directory, { threads: 0 }))).toMatchObject({
      code: 'RUNTIME_REQUEST',
    });
    const broken = { ...(await readBundle(nodeFiles(directory))), onnx: new Uint8Array([1, 2, 3]) };
    expect(await failure(createDenoiser(broken, { provider: 'cpu' }))).toMatchObject({
      code: 'RUNTIME_PROVIDER',
    });
  });
});

describe('loadModel', () => {
  it("samples in its thread with the same bits as in the caller's thread, even with concurrent runs", async () => {
    const there = createModel(cpu);
    const { sample: _, ...withoutSampler } = cpu;
    const here = createModel(withoutSampler);
    const draw = async (model: Model, seed: number): Promise<unknown[]> => {
      const steps: unknown[] = [];
      const request = {
        seed,
        count: 3,
        steps: 10,
        sampler: 'ddpm',
        class: 1,
        guidance: 2,
        batchSize: 4,
      } as const;
      for await (const { x, preview, t, step } of model.sample(request)) steps.push({ x, preview, t, step });
      return steps;
    };
    const drawn = await Promise.all([1, 2, 3].map((seed) => draw(there, seed)));
    for (const [i, steps] of drawn.entries()) {
      expect(steps).toHaveLength(10);
      expect(steps).toEqual(await draw(here, i + 1));
    }
  });

  it('draws the same image in any batch, and passes its golden record', async () => {
    const model = await loadModel(directory, { provider: 'cpu', threads: 1 });
    const draw = async (count: number, batchSize: number): Promise<Float32Array> => {
      let result = new Float32Array();
      const request = { seed: 7, count, steps: 4, class: 1, guidance: 2, batchSize };
      for await (const step of model.sample(request)) result = new Float32Array(step.x);
      return result;
    };
    const three = await draw(3, 64);
    expect(await draw(3, 2)).toEqual(three);
    expect(await draw(1, 1)).toEqual(three.subarray(0, 60));

    const { golden } = await makeGolden(model.denoise, model.spec, {
      seed: 7,
      sampler: 'ddim',
      steps: 4,
      class: 1,
      guidance: 2,
    });
    expect(golden.image.values).toEqual([...three.subarray(0, 16)]);
    const checked = createModel({ ...cpu, golden });
    expect(await checked.verify()).toMatchObject({ ok: true, image: { difference: 0 } });
    await model.dispose();
  });
});
