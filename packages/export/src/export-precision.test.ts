import { BUNDLE_PATHS, memoryFiles, readWeights } from '@isonoise/bundle';
import { parameterCount } from '@isonoise/network';
import { decodeModel, encodeModel } from '@isonoise/onnx';
import { contractOf, createSessionDenoiser, verifyGolden } from '@isonoise/runtime';
import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { exported, initializer, request } from '../testdata/exported.ts';
import { cpuSession, smallAwjuliani, smallLucidrains, smallModel } from '../testdata/small-networks.ts';
import { exportBundle } from './export-bundle.ts';
import { effectiveWeights, namedWeights, precisionOf, traceNetwork } from './network-model.ts';

describe('exportBundle in int8', () => {
  const model = smallModel({ widths: [32, 64], classes: 3 });

  it('stores the weights in a quarter of the bytes, and computes with exactly the rounded weights', async () => {
    const { bundle, result, files } = await exported({ precision: 'int8' }, model);
    const onnx = decodeModel(bundle.onnx);
    expect([onnx.metadata['isonoise.precision'], precisionOf(bundle.onnx)]).toEqual(['int8', 'int8']);
    expect(result.precision).toBe('int8');
    const weight = onnx.graph.initializers.find(
      ({ name }) => name === 'mid_block.resnets.0.conv1.weight.int8',
    );
    expect(weight).toMatchObject({ dataType: 'int8', dims: [64, 64, 3, 3] });
    for (const name of [
      'conv_in.weight',
      'conv_out.weight',
      'class_embedding.weight',
      'mid_block.resnets.0.norm1.weight',
    ])
      expect(onnx.graph.initializers.find((each) => each.name === name)?.dataType, name).toBe('float32');
    // 95 % of the weights take one byte each. The structure of the graph takes less than 60 kB.
    const card = new TextDecoder().decode(await files.read('README.md'));
    const [, size = '', share = '', whole = ''] =
      /The graph has ([\d,]+) bytes, ([\d.]+) of the ([\d,]+) bytes of the same graph in float32/.exec(
        card,
      ) ?? [];
    const number = (text: string): number => Number(text.replaceAll(',', ''));
    expect(number(size)).toBe(bundle.onnx.length);
    expect(Number(share)).toBeCloseTo(number(size) / number(whole), 3);
    const exact = await traceNetwork(model.network, namedWeights(model.network, model.theta), model.spec);
    expect(Math.abs(number(whole) - exact.length)).toBeLessThan(200); // the metadata of the export differs
    expect(result.onnxBytes).toBeLessThan(0.3 * 4 * parameterCount(model.network.parameters) + 60_000);
    // Both runtimes compute in float32 with the same weights.
    expect(result.comparison.largestDifference).toBeLessThan(1e-5);
  });

  // The first and last layers have enough values for eight bits, except the last layer of AwjulianiUNet.
  it.each([
    {
      model: smallAwjuliani({ in_channels: 3, base_channels: 40 }),
      exact: ['inc.double_conv.0.weight', 'outc.conv.weight'],
      rounded: 'inc.double_conv.3.weight',
    },
    {
      model: smallLucidrains({ dim: 32, out_channels: 40 }),
      exact: ['init_conv.weight', 'final_conv.weight'],
      rounded: 'downs.0.0.block1.proj.weight',
    },
  ])(
    'keeps $exact, the first and the last layer, in float32',
    async ({ model: { network, theta, spec }, exact, rounded }) => {
      const onnx = await traceNetwork(network, namedWeights(network, theta), spec, 'int8');
      const { initializers } = decodeModel(onnx).graph;
      const typeOf = (name: string) => initializers.find((each) => each.name === name)?.dataType;
      expect(exact.map(typeOf)).toEqual(exact.map(() => 'float32'));
      expect(typeOf(`${rounded}.int8`)).toBe('int8');
    },
  );

  it('keeps the gain of a wide norm in float32', () => {
    const [name, shape] = ['mid_attn.norm.g', [1, 1024, 1, 1]] as const;
    const weight = {
      name,
      shape,
      dtype: 'F32',
      data: new Float32Array(1024).map((_, i) => 1 + i / 7000),
    } as const;
    const parameters = [{ name, shape, initializer: 'ones' }] as const;
    expect(effectiveWeights({ parameters, outerLayers: [] }, [weight], 'int8')).toEqual([weight]);
  });

  it('reports the drift from float32, and keeps the tolerance of float32 for the golden image', async () => {
    const { bundle, result, files } = await exported({ precision: 'int8' }, model);
    const { drift } = result;
    // A weight is wrong by up to 1/254 of the largest weight in its row.
    expect(drift?.prediction.largest).toBeGreaterThan(1e-4);
    expect(drift?.prediction.largest).toBeLessThan(0.02 * Math.max(1, drift?.prediction.largestValue ?? 0));
    expect(drift?.float32.largestDifference).toBeLessThan(1e-5);
    const { prediction, image } = bundle.manifest.golden ?? {};
    expect([prediction?.tolerance, image?.tolerance]).toEqual([1e-4, 1e-3]);
    const card = new TextDecoder().decode(await files.read(BUNDLE_PATHS.readme));
    expect(card).toMatch(/## Precision\n\nMost weights of `unet\/model\.onnx` are stored in eight bits/);
  });
});

describe('exportBundle in float16', () => {
  it('keeps the contract, converts only the weights of matrix products and convolutions, and reports the drift', async () => {
    const { files, bundle, result, model } = await exported({ precision: 'float16' });
    const onnx = decodeModel(bundle.onnx);
    expect(onnx.metadata['isonoise.precision']).toBe('float16');
    expect(bundle.spec).toMatchObject(model.spec);
    expect([...onnx.graph.inputs, ...onnx.graph.outputs].map(({ dataType }) => dataType)).toEqual([
      'float32',
      'float32',
      'int32',
      'float32',
    ]);
    for (const { name } of model.network.parameters) {
      expect(initializer(onnx, name)?.dataType, name).toBe(/norm/.test(name) ? 'float32' : 'float16');
    }
    const { tensors } = await readWeights(files, bundle.manifest);
    expect([...tensors.values()].every(({ dtype }) => dtype === 'F32')).toBe(true);

    const { drift, comparison } = result;
    expect(drift?.float32.largestDifference).toBeLessThan(4e-6);
    // The difference is larger than that of float32, and within the tolerance of the export.
    expect(comparison.largestDifference).toBeGreaterThan(1e-5);
    expect(comparison.largestDifference).toBeLessThan(1e-2);
    expect(drift?.image.largest).toBeGreaterThanOrEqual(drift?.image.mean ?? Number.NaN);
    expect(bundle.manifest.golden?.prediction.tolerance).toBe(4 * comparison.largestDifference);
    expect(new TextDecoder().decode(await files.read(BUNDLE_PATHS.readme))).toMatch(
      /## Precision\n\n.*float16/,
    );

    const session = await cpuSession(bundle.onnx, 1);
    const denoise = createSessionDenoiser(session, contractOf(bundle.spec), Tensor);
    const { golden } = bundle.manifest;
    const report = golden && (await verifyGolden(denoise, bundle.spec, golden));
    expect(report?.ok).toBe(true);
    await session.release();
  });

  it('rejects a weight that is out of the range of float16, reports its name, and writes nothing', async () => {
    const model = smallModel();
    const theta = model.theta.slice();
    theta[0] = 65505;
    const files = memoryFiles();
    const attempt = exportBundle(files, request({ ...model, theta }, { precision: 'float16' }));
    await expect(attempt).rejects.toMatchObject({
      code: 'ONNX_FLOAT16_RANGE',
      message: expect.stringContaining(`'${model.network.parameters[0]?.name}' has 65505`),
    });
    expect(await files.list()).toEqual([]);
  });
});

it('precisionOf refuses a precision that is not known, and returns float32 if none is recorded', () => {
  const model = { irVersion: 8, producerName: 'test', opsets: { '': 17 } };
  const graph = { name: 'empty', nodes: [], initializers: [], inputs: [], outputs: [] };
  const bytes = (metadata: Record<string, string>) => encodeModel({ ...model, metadata, graph });
  expect(precisionOf(bytes({}))).toBe('float32');
  expect(() => precisionOf(bytes({ 'isonoise.precision': 'int4' }))).toThrow(
    expect.objectContaining({
      code: 'EXPORT_PRECISION',
      message: expect.stringContaining('is "int4"; expected float32, float16, int8'),
    }),
  );
});
