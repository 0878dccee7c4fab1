import { BUNDLE_PATHS, memoryFiles, readOnnxFile, readWeights, toSchedulerConfig } from '@isonoise/bundle';
import { parameterCount } from '@isonoise/network';
import { decodeModel } from '@isonoise/onnx';
import { contractOf, createSessionDenoiser, verifyGolden } from '@isonoise/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { exported, initializer, request } from '../testdata/exported.ts';
import { cpuSession, smallModel } from '../testdata/small-networks.ts';
import { exportBundle } from './export-bundle.ts';
import type { ExportRequest } from './export-request.ts';

/** Compares bytes. `toEqual` would be slow, because it compares each element. */
const sameBytes = (a: Uint8Array | Float32Array, b: Uint8Array | Float32Array): boolean =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));

type Feeds = Parameters<InferenceSession['run']>[0];

/** An export that several tests share. */
let shared: ReturnType<typeof exported> | undefined;
const once = (): ReturnType<typeof exported> => {
  shared ??= exported();
  return shared;
};

describe('exportBundle', () => {
  it.each([
    { what: 'conditional, one channel', model: smallModel({ classes: 3 }), reference: 'wasm' },
    { what: 'unconditional, three channels', model: smallModel({ channels: 3, size: 12 }), reference: 'cpu' },
    { what: 'unconditional, with alpha', model: smallModel({ channels: 4 }), reference: 'wasm' },
    { what: 'tags, with alpha', model: smallModel({ channels: 4, tags: 5 }), reference: 'wasm' },
  ])('writes a readable bundle that passes its golden check: $what', async ({ model, reference }) => {
    const { files, result, bundle } = await exported({ referenceBackend: reference }, model);

    // The written scheduler also contains a version of diffusers, which toMatchObject ignores.
    expect(bundle.spec).toMatchObject(model.spec);
    expect([...(await files.list())].sort()).toEqual(
      [...Object.keys(bundle.manifest.files), 'isonoise.json'].sort(),
    );
    expect(
      Object.values(BUNDLE_PATHS).every((path) =>
        [...Object.keys(bundle.manifest.files), 'isonoise.json'].includes(path),
      ),
    ).toBe(true);
    expect(result.drift).toBeNull();
    expect(result.comparison.batchSizes).toContain(1);
    expect(result.comparison.backend).toBe(reference);
    // ONNX Runtime and tfjs sum float32 values in different orders. The bound is about thirty times the spacing of
    // float32 values at 1.
    expect(result.comparison.largestDifference).toBeLessThan(4e-6);
    expect(result.comparison.largestValue).toBeGreaterThan(0.1);

    const session = await cpuSession(bundle.onnx, 1);
    const denoise = createSessionDenoiser(session, contractOf(bundle.spec), Tensor);
    const { golden } = bundle.manifest;
    expect(golden).not.toBeNull();
    if (golden !== null) {
      const report = await verifyGolden(denoise, bundle.spec, golden);
      // On the same machine and provider, results are bitwise equal for any number of threads.
      expect(report).toMatchObject({ ok: true, prediction: { difference: 0 }, image: { difference: 0 } });
    }
    await session.release();
  });

  it('records the tags in the manifest, the graph, the golden record and the card', async () => {
    const model = smallModel({ tags: 5 });
    const { files, bundle } = await exported({}, model);
    const { tags } = model.spec;
    expect(bundle.manifest.tags).toEqual(tags);
    expect(bundle.manifest.golden).toMatchObject({ class: null, tags: [0], guidance: 2 });
    expect((await readOnnxFile(bundle.onnx)).spec.tags).toEqual(tags);
    const { inputs } = decodeModel(bundle.onnx).graph;
    expect(inputs.map(({ name }) => name)).toEqual(['sample', 'timestep', 'tags']);
    const card = new TextDecoder().decode(await files.read(BUNDLE_PATHS.readme));
    expect(card).toContain('5, with their numbers of images: tag 0 (14), tag 1 (13)');
    expect(card).toContain('class_labels = rows @ E');

    const session = await cpuSession(bundle.onnx, 1);
    const denoise = createSessionDenoiser(session, contractOf(bundle.spec), Tensor);
    const x = new Float32Array(64);
    await expect(denoise(x, Float32Array.of(1), Int32Array.of(1))).rejects.toThrow(
      /got labels, but the model has tags/,
    );
    await expect(denoise(x, Float32Array.of(1), new Float32Array(4))).rejects.toThrow(/tags have 4 values/);
    await session.release();
  });

  it('calls the network only at times that occur in training, even if they are in [0, 1]', async () => {
    const model = smallModel({ classes: 3 });
    const spec = { ...model.spec, scheduler: toSchedulerConfig({ kind: 'sine', numTrainTimesteps: 100 }) };
    const times: number[] = [];
    const { bundle } = await exported({
      spec,
      async createSession(onnx) {
        const session = await cpuSession(onnx, 1);
        const run = session.run.bind(session);
        session.run = (feeds: Feeds) => {
          times.push(...((feeds.timestep?.data as Float32Array | undefined) ?? []));
          return run(feeds);
        };
        return session;
      },
    });
    expect(bundle.manifest.golden?.prediction.t).toBeCloseTo(0.345, 3);
    expect(times.length).toBeGreaterThan(8 + 10);
    expect(times.filter((t) => !(t > 0 && t <= 1))).toEqual([]);
  });

  it('draws a golden image of one step for each timestep if there are fewer than ten', async () => {
    for (const numTrainTimesteps of [4, 9]) {
      const scheduler = toSchedulerConfig({ kind: 'linear', numTrainTimesteps });
      const { bundle } = await exported({ spec: { ...smallModel({ classes: 3 }).spec, scheduler } });
      expect(bundle.manifest.golden?.steps).toBe(numTrainTimesteps);
    }
  });

  it('writes a graph that satisfies its contract', async () => {
    const { bundle, model, result } = await once();
    const onnx = decodeModel(bundle.onnx);
    expect(onnx).toMatchObject({ irVersion: 8, opsets: { '': 17 }, producerName: 'isonoise' });
    expect(onnx.graph.inputs).toEqual([
      { name: 'sample', dataType: 'float32', shape: ['batch', 1, 8, 8] },
      { name: 'timestep', dataType: 'float32', shape: ['batch'] },
      { name: 'class_labels', dataType: 'int32', shape: ['batch'] },
    ]);
    expect(onnx.graph.outputs).toEqual([
      { name: 'out_sample', dataType: 'float32', shape: ['batch', 1, 8, 8] },
    ]);
    expect(onnx.metadata['isonoise.precision']).toBe('float32');
    const operators = new Set(onnx.graph.nodes.map(({ opType }) => opType));
    expect(operators).not.toContain('ConvTranspose');
    expect(onnx.graph.nodes.filter(({ attributes }) => attributes?.auto_pad !== undefined)).toEqual([]);
    // Only shapes are int64.
    const shapes = onnx.graph.initializers.filter(({ dataType }) => dataType === 'int64');
    expect(shapes.every(({ dims }) => dims.length === 1 && (dims[0] ?? 0) <= 8)).toBe(true);

    // Each parameter has four bytes. The rest is the structure, and constant scales of the normalizations.
    const parameters = parameterCount(model.network.parameters);
    expect(result.onnxBytes).toBeGreaterThan(4 * parameters);
    expect(result.onnxBytes).toBeLessThan(4 * parameters + 60_000);
  });

  it('stores each parameter under its own name in the graph and in safetensors', async () => {
    const { files, bundle, model } = await once();
    const onnx = decodeModel(bundle.onnx);
    const { tensors } = await readWeights(files, bundle.manifest);
    expect([...tensors.keys()].sort()).toEqual(model.network.parameters.map(({ name }) => name).sort());
    let offset = 0;
    for (const { name, shape } of model.network.parameters) {
      const stored = tensors.get(name);
      const size = shape.reduce((product, n) => product * n, 1);
      expect(stored).toMatchObject({ dtype: 'F32', shape });
      const trained = model.theta.slice(offset, offset + size);
      expect(sameBytes(stored?.data as Float32Array, trained), name).toBe(true);
      const inGraph = initializer(onnx, name);
      expect(inGraph).toMatchObject({ dataType: 'float32', dims: shape });
      expect(sameBytes(inGraph?.raw ?? new Uint8Array(), trained), name).toBe(true);
      offset += size;
    }
  });

  it('writes the same bytes each time', async () => {
    const [first, second] = [await once(), await exported()];
    for (const path of await first.files.list()) {
      expect(sameBytes(await second.files.read(path), await first.files.read(path)), path).toBe(true);
    }
  });

  it('does not leak tfjs tensors, and restores the tfjs backend', async () => {
    await tf.setBackend('cpu');
    const before = tf.memory().numTensors;
    await exported();
    expect(tf.getBackend()).toBe('cpu');
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('exportBundle rejects', () => {
  it('a graph whose outputs differ from those of the network, and writes nothing', async () => {
    const model = smallModel();
    const files = memoryFiles();
    const { bundle: other } = await exported(
      {},
      { ...model, theta: model.theta.map((value) => 1.001 * value) },
    );
    const released: boolean[] = [];
    const createSession: ExportRequest['createSession'] = async () => {
      const session = await cpuSession(other.onnx);
      const release = session.release.bind(session);
      session.release = async () => {
        released.push(true);
        await release();
      };
      return session;
    };
    await expect(exportBundle(files, request(model, { createSession }))).rejects.toMatchObject({
      name: 'IsonoiseError',
      code: 'EXPORT_DIFFERS',
      message: expect.stringMatching(
        /float32 ONNX file and tfjs \(wasm\) differ by 0\.\d+ over .*; expected at most 0\.0001/,
      ),
    });
    expect(await files.list()).toEqual([]);
    expect(released).toEqual([true]);
  });

  it.each([
    ['NaN', Number.NaN, 'gives NaN in tfjs'],
    ['infinite', 3e38, /gives (NaN|Infinity) in tfjs/],
  ])('outputs that are %s', async (_, weight, message) => {
    const model = smallModel();
    const theta = model.theta.map((value, i) => (i < 40 ? weight : value));
    const exported = exportBundle(memoryFiles(), request({ ...model, theta }));
    await expect(exported).rejects.toMatchObject({ code: 'EXPORT_WEIGHTS' });
    await expect(exported).rejects.toThrow(message);
  });

  it('weights of a different network, and a missing backend', async () => {
    const model = smallModel();
    const short = { ...model, theta: model.theta.slice(1) };
    await expect(exportBundle(memoryFiles(), request(short))).rejects.toMatchObject({
      code: 'EXPORT_WEIGHTS',
    });
    const attempt = exportBundle(memoryFiles(), request(model, { referenceBackend: 'webgl' }));
    await expect(attempt).rejects.toMatchObject({
      code: 'EXPORT_REFERENCE',
      message: expect.stringContaining('tfjs-backend-webgl'),
    });
  });
});
