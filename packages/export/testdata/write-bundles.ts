/**
 * Writes the bundles that check_with_diffusers.py reads.
 *
 *     node --conditions=@isonoise/source --import tsx packages/export/testdata/write-bundles.ts FOLDER
 */
import '@tensorflow/tfjs-backend-cpu';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModel, nodeFiles } from '@isonoise/runtime-node';
import { initialNoise, seededNoise } from '@isonoise/sampler';
import { exportBundle } from '../src/export-bundle.ts';
import type { Precision } from '../src/network-model.ts';
import { cpuSession, type SmallModel, smallAwjuliani, smallLucidrains, smallModel, smallPatched } from './small-networks.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('write-bundles: got no arguments; expected a folder. Pass the folder for the bundles.');

const bundles: Record<string, { readonly model: SmallModel; readonly precision?: Precision }> = {
  unconditional: { model: smallModel({ channels: 3, size: 12 }) },
  conditional: { model: smallModel({ classes: 3 }) },
  alpha: { model: smallModel({ channels: 4 }) },
  'learned-range': { model: smallModel({ variance: 'learned_range' }) },
  patched: { model: smallPatched(5) },
  tags: { model: smallModel({ tags: 5 }) },
  tileable: { model: smallModel({ channels: 3, fields: { _class_name: 'TileableUNet2D' } }) },
  awjuliani: { model: smallAwjuliani() },
  lucidrains: { model: smallLucidrains() },
  'conditional-float16': { model: smallModel({ classes: 3 }), precision: 'float16' },
};
for (const [name, { model, precision = 'float32' }] of Object.entries(bundles)) {
  const { comparison } = await exportBundle(nodeFiles(join(folder, name)), {
    ...model,
    precision,
    createSession: (onnx) => cpuSession(onnx),
    referenceBackend: 'cpu',
    card: { license: 'apache-2.0' },
    sheet: { count: 4, steps: 3 },
  });
  console.log(name, comparison);
}

// Write a run of a network that predicts variances. With the noises of the run, diffusers can repeat it.
const STEPS = 5;
const model = await loadModel(join(folder, 'learned-range'), { provider: 'cpu' });
let x: Float32Array = new Float32Array(0);
for await (const step of model.sample({ seed: 4, sampler: 'ddpm', steps: STEPS, spacing: 'leading' })) x = step.x;
await model.dispose();
const noises = Array.from({ length: STEPS }, (_, step) => {
  const noise = new Float32Array(x.length);
  seededNoise(4n)(noise, 0, step, 0);
  return [...noise];
});
const run = { steps: STEPS, start: [...initialNoise(4n, [0], x.length)], noises, images: [...x] };
await writeFile(join(folder, 'learned-range.json'), JSON.stringify(run));
