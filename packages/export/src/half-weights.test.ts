import '@tensorflow/tfjs-backend-cpu';
import { BUNDLE_PATHS, decodeSafetensors, memoryFiles, readBundle, readWeights } from '@isonoise/bundle';
import { expect, it } from 'vitest';
import { cpuSession, smallModel } from '../testdata/small-networks.ts';
import { exportBundle } from './export-bundle.ts';
import { halfWeights } from './network-model.ts';

const model = smallModel({ classes: 3 });

async function exported(half: boolean) {
  const files = memoryFiles();
  await exportBundle(files, {
    ...model,
    createSession: (onnx) => cpuSession(onnx, 1),
    referenceBackend: 'cpu',
    card: {},
    sheet: { count: 1, steps: 1 },
    halfWeights: half,
  });
  const { manifest, onnx } = await readBundle(files);
  return { files, manifest, onnx, weights: await readWeights(files, manifest) };
}

it('half weights are read as float32 with the rounding error of float16, and do not change the graph', async () => {
  const full = await exported(false);
  const half = await exported(true);
  expect(full.weights.half).toBe(false);
  expect(half.weights.half).toBe(true);
  expect(half.onnx).toEqual(full.onnx);

  const { tensors } = decodeSafetensors((await half.files.read(BUNDLE_PATHS.weights)) as Uint8Array);
  expect(new Set([...tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set(['F16']));
  expect([...half.weights.tensors.keys()]).toEqual([...full.weights.tensors.keys()]);
  for (const [name, { data, shape }] of full.weights.tensors) {
    const read = half.weights.tensors.get(name);
    expect(read).toMatchObject({ dtype: 'F32', shape });
    for (const [i, exact] of (data as Float32Array).entries()) {
      // float16 has 11 significant bits, and steps of 2⁻²⁴ below 2⁻¹⁴.
      const tolerance = Math.max(Math.abs(exact) * 2 ** -11, 2 ** -25);
      expect(Math.abs((read?.data[i] as number) - exact)).toBeLessThanOrEqual(tolerance);
    }
  }
});

it('halfWeights refuses weights that are too large for float16', () => {
  const weight = {
    name: 'conv.weight',
    dtype: 'F32',
    shape: [2],
    data: Float32Array.of(1, -70_000),
  } as const;
  expect(() => halfWeights([weight])).toThrow(
    expect.objectContaining({
      code: 'EXPORT_WEIGHTS',
      message: expect.stringContaining('conv.weight has the weight -70000'),
    }),
  );
});
